#include "cli/session_recording.h"

namespace ajar::cli {

std::expected<std::string, Failure> recording_of_session(const std::string& operand,
                                                         const std::string& /*since*/) {
  return std::unexpected(
      Failure{"'" + operand + "' is no recording, and this build has no running sessions to ask"});
}

}  // namespace ajar::cli
