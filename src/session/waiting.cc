#include "session/waiting.h"

#include <algorithm>

#include "session/signals.h"

namespace ajar::session {

struct Waiting::State {
  Signals signals;
  bool ended = false;
};

Waiting::Waiting() : state_(std::make_unique<State>()) {}
Waiting::~Waiting() = default;

void Waiting::go_on() {
  state_->ended = false;
}

bool Waiting::wait(std::chrono::nanoseconds time) {
  using std::chrono::milliseconds;
  using Clock = std::chrono::steady_clock;
  const Clock::time_point until = Clock::now() + time;
  while (!state_->ended) {
    // Also without a time to wait there is a look at the signals.
    const auto left = std::max(std::chrono::ceil<milliseconds>(until - Clock::now()), milliseconds(0));
    const auto signal = state_->signals.wait(std::min<milliseconds>(left, std::chrono::hours(1)));
    state_->ended = signal.has_value() && signal->meaning == Signal::Meaning::end;
    if (!signal.has_value() && left == milliseconds(0)) return true;
  }
  return false;
}

}  // namespace ajar::session
