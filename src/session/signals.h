#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/owned_fd.h"

namespace ajar::session {

struct Signal {
  int number = 0;
  bool from_terminal = false;  // the kernel sent it, to the whole foreground process group
};

// While it lives, the signals that a session acts on are received here instead of doing what they do, in this
// thread and those it starts: SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCHLD. One at a time. SIGPIPE does
// nothing either: a session goes on when nobody reads its messages any more.
class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  // The next signal; nothing when none came within `timeout`.
  std::optional<Signal> wait(std::chrono::milliseconds timeout);

 private:
  std::uint64_t blocked_before_ = 0;  // bit N-1 stands for signal N
  base::OwnedFd fd_;
};

// Sends a signal to a process of ours.
void send(std::int64_t pid, int signal);

}  // namespace ajar::session
