#pragma once

#include <cstdint>
#include <string_view>

#include "model/ids.h"

namespace ajar::import::strace {

// What a line says when.
struct Stamp {
  enum class Clock : std::uint8_t { none, of_day, unix_time, since_last };

  Clock clock = Clock::none;
  model::Time time{};
};

// One line, taken apart as far as all lines are alike. Texts are parts of the line.
struct LogLine {
  enum class What : std::uint8_t {
    other,     // what a program printed, what strace says of itself
    call,      // `name`; `text` is what stands behind its "("
    resumed,   // the same; behind "resumed>"
    frame,     // of the stack of the call before: what stands behind " > "
    ended,     // "exited with 1", "killed by SIGKILL (core dumped)", "superseded by execve in pid 12"
    signal,    // "SIGCHLD {si_signo=…}"
    attached,  // to `other`
  };

  What what = What::other;
  std::uint32_t pid = 0;  // 0: it doesn't say whose it is
  Stamp stamp;
  std::string_view name, text;
  bool unfinished = false;  // the call goes on in a later line, or nobody saw its end
  std::uint32_t other = 0;  // attached: which; unfinished: by which pid it goes on, 0: by the same
};

LogLine parse_line(std::string_view line);

// strace tells on the terminal of processes that it gets to see, in the midst of what it is writing:
// "vfork(strace: Process 812 attached". Where the line is such a one, `before` is what it was writing, and
// the next line goes on behind that.
struct Interruption {
  std::string_view before;
  std::uint32_t pid = 0;
};
bool is_interrupted(std::string_view line, Interruption& interruption);

}  // namespace ajar::import::strace
