#include "cli/attach_screen.h"

#include <fmt/format.h>

#include "render/escape.h"
#include "render/progress_text.h"
#include "report/words.h"

namespace ajar::cli {

std::chrono::nanoseconds AttachScreen::every() const {
  return terminal_.interactive ? std::chrono::seconds(1) : std::chrono::seconds(10);
}

void AttachScreen::wait() {
  out_ << fmt::format("waiting for '{}' to begin; Ctrl-C ends the wait\n", render::escaped(name_))
       << std::flush;
}

void AttachScreen::begin(const session::AttachBegun& begun) {
  const std::string inside =
      begun.inner_pid ? fmt::format(", {} inside its container", *begun.inner_pid) : "";
  const std::string first = fmt::format("{} (pid {}{})", render::escaped(name_), begun.pids.front(), inside);
  if (begun.pids.size() == 1) {
    out_ << fmt::format("attached to {} by {}", first, begun.way);
    ended_ = first + " has ended";
    goes_on_ = first + " runs on";
  } else {
    out_ << fmt::format("attached to {} processes, the first of them {}, by {}", begun.pids.size(), first,
                        begun.way);
    ended_ = fmt::format("the {} processes have ended", begun.pids.size());
    goes_on_ = "those that live run on";
  }
  if (begun.age == std::chrono::nanoseconds(0)) {
    out_ << " as it began: nothing of it was missed\n" << std::flush;
    return;
  }
  if (begun.age)
    out_ << fmt::format(", {} after it began",
                        report::duration(std::chrono::duration<double>(*begun.age).count()));
  out_ << fmt::format("; {} {} open before, {} as 'before tracking'\n", report::thousands(begun.open_before),
                      begun.open_before == 1 ? "handle was" : "handles were",
                      begun.open_before == 1 ? "it counts" : "they count")
       << std::flush;
}

void AttachScreen::progress(const report::Report& report, double seconds) {
  if (!terminal_.interactive) {
    out_ << render::progress_line(report, seconds, terminal_.color, 0) << '\n' << std::flush;
    return;
  }
  line_.show(render::progress_line(report, seconds, terminal_.color, LineInPlace::width(terminal_)));
}

void AttachScreen::say(const std::string& message) {
  clear();
  out_ << "ajar: " << message << '\n' << std::flush;
}

void AttachScreen::end(bool all_ended) {
  clear();
  out_ << (all_ended ? ended_ + '\n' : "detached; " + goes_on_ + " as before\n") << std::flush;
}

}  // namespace ajar::cli
