#include "cli/watch_screen.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "render/count_trends.h"
#include "render/escape.h"

namespace ajar::cli {
namespace {

constexpr std::int64_t kAgainAfter = 60;  // seconds, while something grows

}  // namespace

std::string WatchScreen::clock(std::int64_t unix_s) const {
  const std::tm local = fmt::localtime(static_cast<std::time_t>(unix_s));
  return with_dates_ ? fmt::format("{:%Y-%m-%d %H:%M}", local) : fmt::format("{:%H:%M:%S}", local);
}

bool WatchScreen::is_due(const report::Sweep& sweep, const std::set<model::ProcessId>& growing) const {
  if (growing != shown_ || sweep.findings != shown_findings_) return true;
  return !with_dates_ && !growing.empty() && sweep.unix_s - shown_at_ >= kAgainAfter;
}

void WatchScreen::look(const report::Sweep& sweep, const std::set<model::ProcessId>& growing,
                       const std::function<report::CountTrends()>& trends) {
  if (is_due(sweep, growing)) {
    clear();
    render::watch_text(sweep, trends(), clock(sweep.unix_s), options_, out_);
    out_ << std::flush;
    shown_ = growing;
    shown_findings_ = sweep.findings;
    shown_at_ = sweep.unix_s;
  } else if (terminal_.interactive) {
    line_.show(render::cut(render::sweep_line(sweep, clock(sweep.unix_s)), LineInPlace::width(terminal_)));
  }
}

void WatchScreen::say(const std::string& message) {
  clear();
  out_ << message << '\n' << std::flush;
}

void WatchScreen::tell(const std::string& text) {
  clear();
  out_ << text << (text.ends_with('\n') ? "" : "\n") << std::flush;
}

void WatchScreen::caught(const report::Caught& who) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t unix_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  tell(clock(unix_s) + "  " + render::caught_line(who, options_));
  tell("          " + render::fate_of_caught(who));
}

}  // namespace ajar::cli
