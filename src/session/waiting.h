#pragma once

#include <chrono>
#include <memory>

namespace ajar::session {

// While it lives, Ctrl-C and the like end nothing but the waiting.
class Waiting {
 public:
  Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting();

  // False where a signal ended it; from then on it doesn't wait any more.
  bool wait(std::chrono::nanoseconds time);

  // It waits again, until the next signal.
  void go_on();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ajar::session
