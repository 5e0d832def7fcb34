#include "watch/caught_recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "base/words.h"
#include "platform/file_sink.h"
#include "session/session_file.h"

namespace ajar::watch {
namespace {

using platform::BackgroundProgram;

constexpr const char* kMark = "half-time";
constexpr std::chrono::minutes kHookTakes(10);    // at most
constexpr std::chrono::milliseconds kAgain{200};  // a session that did not answer is asked

std::string milliseconds(std::chrono::nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + "ms";
}

// The last thing that an ajar said, without its name.
std::string last_message(std::string_view err) {
  constexpr std::string_view kName = "ajar: ";
  const std::size_t at = err.rfind(kName);
  if (at == std::string_view::npos) return std::string(base::trimmed(err));
  err.remove_prefix(at + kName.size());
  return std::string(err.substr(0, err.find('\n')));
}

base::Result<void> write_file(const std::string& path, const std::string& text) {
  auto sink = platform::FileSink::create(path);
  if (!sink.ok()) return std::move(sink).error();
  if (auto written = sink.value().write(std::as_bytes(std::span(text))); !written.ok()) return written;
  return sink.value().close();
}

}  // namespace

CaughtRecording::CaughtRecording(const std::string& ajar, CatchOptions options, report::Caught who)
    : options_(std::move(options)), who_(std::move(who)), name_(session::unused_name(who_.name, who_.pid)) {
  const std::string recording = name_ + ".ajar";
  auto started = BackgroundProgram::start(
      {.path = ajar,
       .arguments = {"ajar", "attach", std::to_string(who_.pid), "--for", milliseconds(options_.record_for),
                     "--via", options_.via, "-o", recording},
       .environment = {},
       .ends_with_caller = true});
  if (started.ok()) {
    attach_ = std::move(started).value();
    who_.recording = recording;
    mark_at_ = Clock::now() + options_.record_for / 2;
  } else {
    who_.trouble = started.error().message();
  }
  tell(CatchNews::Kind::caught, "");
  if (!attach_) start_hook();
}

void CaughtRecording::tell(CatchNews::Kind kind, std::string text) {
  news_.push_back({.kind = kind, .who = who_, .text = std::move(text)});
}

bool CaughtRecording::is_own(std::int64_t pid) const {
  return (attach_ && attach_->pid() == pid) || (hook_ && hook_->pid() == pid);
}

// Later than at half-time where the session has not begun by then. A recording without it is whole: nobody is
// told where it can't be set.
void CaughtRecording::set_mark_when_due() {
  if (!mark_at_ || Clock::now() < *mark_at_) return;
  const auto session = this->session();
  const bool is_set = session && control::mark(*session, kMark).ok();
  mark_at_ = is_set ? std::nullopt : std::optional(Clock::now() + kAgain);
}

// None yet where it has only begun.
std::optional<control::Session> CaughtRecording::session() const {
  for (control::Session& session : control::find_sessions()) {
    const bool answers = session.state == control::Session::State::answers;
    if (answers && session.about.ajar == attach_->pid()) return std::move(session);
  }
  return std::nullopt;
}

void CaughtRecording::end_session() {
  const auto session = this->session();
  const bool ends = session && control::end(*session).ok();
  ask_at_ = ends ? std::nullopt : std::optional(Clock::now() + kAgain);
}

// The text; where there is none, or it can't be written, the trouble is noted.
std::string CaughtRecording::write_report(const BackgroundProgram::Finished& finished) {
  if (finished.status != 0) {
    who_.trouble = finished.status < 0 ? "the ajar that recorded it was killed" : last_message(finished.err);
  }
  if (finished.out.empty()) {
    drop_empty_recording();
    return {};
  }
  const std::string path = name_ + ".txt";
  if (auto written = write_file(path, finished.out); written.ok()) {
    who_.report = path;
  } else {
    who_.trouble = written.error().message();
  }
  return finished.out;
}

// Of an ajar that was killed it may be all that there is.
void CaughtRecording::drop_empty_recording() {
  std::error_code failed;
  const auto size = std::filesystem::file_size(who_.recording, failed);
  if (!failed && size > 0) return;
  std::filesystem::remove(who_.recording, failed);
  who_.recording.clear();
}

std::vector<CatchNews> CaughtRecording::look() {
  if (attach_) {
    set_mark_when_due();
    if (ask_at_ && Clock::now() >= *ask_at_) end_session();
    if (const auto finished = attach_->poll()) {
      attach_.reset();
      std::string text = write_report(*finished);
      tell(CatchNews::Kind::recorded, std::move(text));
      start_hook();
    }
  } else if (hook_) {
    look_at_hook();
  }
  return std::exchange(news_, {});
}

void CaughtRecording::look_at_hook() {
  if (hook_until_ && Clock::now() >= *hook_until_) {
    hook_until_.reset();
    hook_->kill();
  }
  const auto finished = hook_->poll();
  if (!finished) return;
  hook_.reset();
  std::string text = finished->out + finished->err;
  if (!hook_until_)
    text += fmt::format("(the hook did not end within {} minutes and was killed)\n", kHookTakes.count());
  else if (finished->status != 0)
    text += fmt::format("(the hook ended with {})\n", finished->status);
  if (!text.empty()) tell(CatchNews::Kind::hook, std::move(text));
}

void CaughtRecording::start_hook() {
  if (options_.hook.empty()) return;
  BackgroundProgram::Request hook = BackgroundProgram::shell(options_.hook);
  for (const auto& [name, value] :
       {std::pair("AJAR_PID", std::to_string(who_.pid)), std::pair("AJAR_NAME", who_.name),
        std::pair("AJAR_WHY", who_.why), std::pair("AJAR_HANDLES", std::to_string(who_.handles)),
        std::pair("AJAR_RECORDING", who_.recording), std::pair("AJAR_REPORT", who_.report),
        std::pair("AJAR_TROUBLE", who_.trouble)})
    hook.environment.push_back(std::string(name) + "=" + value);
  auto started = BackgroundProgram::start(std::move(hook));
  if (started.ok()) {
    hook_ = std::move(started).value();
    hook_until_ = Clock::now() + kHookTakes;
  } else {
    tell(CatchNews::Kind::hook, started.error().message());
  }
}

void CaughtRecording::ask_to_end() {
  if (++asked_ == 1) {
    if (attach_) end_session();
    return;
  }
  if (attach_) attach_->ask_to_end();
  if (hook_ && asked_ == 2) hook_->ask_to_end();
  if (hook_ && asked_ > 2) hook_->kill();
}

}  // namespace ajar::watch
