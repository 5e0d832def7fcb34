#include "cli/watch_trap.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "capture/ways.h"
#include "cli/setters.h"
#include "render/count_trends.h"
#include "report/words.h"

namespace ajar::cli {
namespace {

using std::chrono::milliseconds;
using watch::CatchNews;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

Setter set_condition(std::optional<analyze::Condition>& condition) {
  return [&condition](const std::string& text) -> base::Result<void> {
    auto parsed = analyze::Condition::parse(text);
    if (!parsed.ok()) return std::move(parsed).error();
    condition = std::move(parsed).value();
    return {};
  };
}

}  // namespace

std::vector<Option> WatchTrap::options() {
  return {
      {.names = "--arm",
       .value = "CONDITION",
       .help =
           "attach to whoever does that, record it for a while (--for, 1m if not given), report and detach: "
           "'count>1000 or rate>5/s for 1m or full<10m', 'share>80%'",
       .set = set_condition(condition_)},
      {.names = "--cool-down",
       .value = "DURATION",
       .help = "with --arm: catch the same process again only after that time (10m if not given)",
       .set = set_duration(cool_down_)},
      {.names = "--once", .help = "with --arm: end when the first one was reported", .set = set_flag(once_)},
      {.names = "--exec",
       .value = "COMMAND",
       .help = "with --arm: run this in a shell for each one caught, when its report is there; AJAR_PID, "
               "AJAR_NAME, AJAR_WHY, AJAR_HANDLES, AJAR_RECORDING, AJAR_REPORT and AJAR_TROUBLE tell it more",
       .set = set_name(hook_)},
      {.names = "--via",
       .value = "WAY",
       .help = "with --arm: how to watch who is caught, as ajar attach takes it",
       .choices = capture::ways_that_attach(),
       .set = set_name(via_)},
  };
}

std::expected<void, Failure> WatchTrap::arm(std::optional<std::chrono::nanoseconds> record_for) {
  if (!condition_) {
    if (once_ || !hook_.empty() || via_ != "auto")
      return std::unexpected(
          Failure{"--once, --exec and --via say what a trap does: give --arm CONDITION, too"});
    return {};
  }
  watch::TrapOptions options{
      .condition = *condition_, .recording = {.via = via_, .hook = hook_}, .cool_down = cool_down_};
  if (record_for) options.recording.record_for = *record_for;
  const std::string length = report::duration(seconds(options.recording.record_for));
  auto armed = watch::Trap::arm(std::move(options));
  if (!armed.ok()) return std::unexpected(Failure{armed.error().message()});
  trap_ = std::move(armed).value();
  words_ = fmt::format(
      "armed: whoever does '{}' is recorded for {}{}", condition_->text(), length,
      once_ ? ", once"
            : fmt::format(", and again after {} at the earliest", report::duration(seconds(cool_down_))));
  return {};
}

void WatchTrap::tell_news(WatchScreen& screen) {
  for (const CatchNews& news : trap_->take_news()) {
    if (news.kind == CatchNews::Kind::caught) screen.caught(news.who);
    if (!news.text.empty()) screen.tell(news.text);
    if (news.kind != CatchNews::Kind::recorded) continue;
    ++reported_;
    screen.say(render::end_of_caught(news.who));
  }
}

bool WatchTrap::look(watch::Watch& watch, WatchScreen& screen) {
  if (trap_ == nullptr) return true;
  trap_->look(watch);
  return look_at_recordings(screen);
}

bool WatchTrap::look_at_recordings(WatchScreen& screen) {
  tell_news(screen);
  return !once_ || reported_ == 0 || trap_->is_busy();
}

void WatchTrap::finish(session::Waiting& waiting, WatchScreen& screen) {
  if (trap_ == nullptr) return;
  constexpr milliseconds kPause{20};
  tell_news(screen);
  if (trap_->is_busy())
    screen.say("detaching from those that are recorded; Ctrl-C leaves without their reports");
  trap_->ask_to_end();
  waiting.go_on();
  while (trap_->is_busy()) {
    if (!waiting.wait(kPause)) {
      trap_->ask_to_end();
      waiting.go_on();
    }
    tell_news(screen);
  }
}

std::vector<report::Caught> WatchTrap::caught() const {
  return trap_ == nullptr ? std::vector<report::Caught>() : trap_->caught();
}

}  // namespace ajar::cli
