#include "cli/session_traces.h"

#include <fmt/format.h>

#include <utility>

#include "cli/recording_file.h"
#include "console/recorded.h"

namespace ajar::cli {

using console::Traces;

base::Result<control::Session> SessionTraces::session() const {
  auto session = find_session(operand_, {.before = "ajar console ", .after = ""});
  if (!session) return base::Error(session.error().message);
  return std::move(*session);
}

// Of what the session has recorded up to now.
template <typename Question>
base::Result<Traces> SessionTraces::ask(const Question& question) {
  const auto session = this->session();
  if (!session.ok()) return session.error();
  if (auto written = control::write_down(session.value()); !written.ok()) return written.error();
  auto file = RecordingFile::open(session.value().about.recording, recording::File::growing);
  if (!file.ok()) return std::move(file).error();
  console::Recorded recorded(file.value().reader());
  const auto process = recorded.find(pid_);
  if (!process) return base::Error(fmt::format("the session has not recorded process {} yet", pid_));
  return question(recorded, *process);
}

base::Result<Traces> SessionTraces::traces(std::uint64_t handle, std::uint64_t most) {
  return ask([&](console::Recorded& recorded, std::size_t process) {
    return recorded.traces(process, handle, most);
  });
}

base::Result<Traces> SessionTraces::outstanding(const std::string& label) {
  const std::string& since = label.empty() ? mark_ : label;
  return ask(
      [&](console::Recorded& recorded, std::size_t process) { return recorded.outstanding(process, since); });
}

base::Result<void> SessionTraces::set_mark() {
  const auto session = this->session();
  if (!session.ok()) return session.error();
  const base::Result<control::Marked> marked = control::mark(session.value(), "");
  if (!marked.ok()) return marked.error();
  mark_ = marked.value().label;
  return {};
}

base::Result<std::int64_t> SessionTraces::who_records() {
  const auto session = this->session();
  if (!session.ok()) return session.error();
  return session.value().about.ajar;
}

}  // namespace ajar::cli
