#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace ajar::session {

struct Signal {
  enum class Meaning : std::uint8_t {
    end,     // it is enough
    report,  // tell how things stand, and go on
    child,   // what a process that this one started has come to
  };

  Meaning meaning = Meaning::end;
  int number = 0;              // as signal.h has it
  bool from_terminal = false;  // all programs that the terminal has in its foreground got it, too
};

// While it lives, the signals that a session acts on are received here instead of doing what they do, in this
// thread and those it starts. One at a time.
//
// Linux: SIGINT, SIGTERM, SIGHUP, SIGQUIT (end), SIGUSR1 (report), SIGCHLD (child). SIGPIPE does nothing
// either: a session goes on when nobody reads its messages any more. Nor, from the first time on, does
// SIGXFSZ: at a limit on the size of files, recording stops with an error and ajar goes on.
// Windows: Ctrl-C, Ctrl-Break, and that the console or the system is closed (end); all come from the
// terminal. A process whose console is closed is ended by the system some seconds later, whatever it does.
class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  // The next signal; nothing when none came within `timeout`, which is met by a millisecond or so.
  std::optional<Signal> wait(std::chrono::milliseconds timeout);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ajar::session
