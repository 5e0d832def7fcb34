#include "cli/session_recording.h"

#include "cli/find_session.h"
#include "cli/values.h"

namespace ajar::cli {

std::expected<std::string, Failure> recording_of_session(const std::string& operand,
                                                         const std::string& since) {
  const std::string label = since.empty() ? "" : " " + for_shell(since);
  const auto session = find_session(operand, {.before = "ajar diff ", .after = " --since" + label});
  if (!session) return std::unexpected(session.error());
  if (auto written = control::write_down(*session); !written.ok())
    return std::unexpected(Failure{written.error().message()});
  return session->about.recording;
}

}  // namespace ajar::cli
