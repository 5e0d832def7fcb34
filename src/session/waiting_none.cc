#include <thread>

#include "session/waiting.h"

// Systems on which Ctrl-C ends ajar.
namespace ajar::session {

struct Waiting::State {};

Waiting::Waiting() = default;
Waiting::~Waiting() = default;

bool Waiting::wait(std::chrono::nanoseconds time) {
  std::this_thread::sleep_for(time);
  return true;
}

}  // namespace ajar::session
