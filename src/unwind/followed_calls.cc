#include "unwind/followed_code.h"

// What is behind calls, and where functions begin of which only calls and addresses tell.
namespace ajar::unwind {
namespace {

using Kind = FollowedFrame::Kind;
using Reason = FollowedCall::Kind;
using State = FollowedCall::State;
using Trust = FollowedFrame::Trust;

// Each goes through all calls. A file could be made so that each finds one call's function only.
constexpr unsigned kMostRounds = 200;
// How far from its beginning a function is looked at to tell whether it is one. Most are shorter.
constexpr uint32_t kFar = 4096;

}  // namespace

// Doubtfully only when nothing else is left to be done.
void FollowedCode::follow_calls() {
  bool doubtful = false;
  for (unsigned round = 0; round < kMostRounds; ++round) {
    bool changed = false;
    for (uint32_t i = 0; i < call_count_; ++i) changed |= follow_call(memory_.calls[i], doubtful);
    if (!changed && doubtful) return;
    doubtful = !changed;
  }
}

// Whether there was something to do.
bool FollowedCode::follow_call(FollowedCall& call, bool doubtful) {
  if (call.state == State::returned) return false;
  if (call.kind == Reason::address) return doubtful && call.state == State::waits && try_address(call);
  if (call.callee != kElsewhere) {
    uint8_t& callee = memory_.marks[call.callee];
    if ((callee & kEntry) == 0) {
      // What is followed doubtfully may be no code.
      const FollowedFrame& frame = memory_.frames[memory_.cells[call.at]];
      if (frame.trust == Trust::guess) return false;
      callee |= kEntry;
      enter({call.callee, 0});
      return true;
    }
    if ((callee & kReturns) != 0) {
      call.state = State::returned;
      if (call.kind == Reason::call) return resume(call, memory_.frames[memory_.cells[call.at]]);
      uint8_t& caller = memory_.marks[call.caller.begin];
      const bool is_news = (caller & kReturns) == 0;
      caller |= kReturns;
      return is_news;
    }
  }
  return doubtful && call.kind == Reason::call && call.state == State::waits && doubt(call);
}

bool FollowedCode::doubt(FollowedCall& call) {
  call.state = State::doubtful;
  FollowedFrame frame = memory_.frames[memory_.cells[call.at]];
  const Trust trust = call.at < call.caller.end ? Trust::doubtful : Trust::guess;
  if (frame.trust < trust) frame.trust = trust;
  trial_ = {.own = {call.caller.begin, call.at + 1}};
  const bool is_new = resume(call, frame);
  // With no frame of its own, or one that is found again whatever the depth, another function looks the same.
  const bool can_be_proven =
      frame.kind == Kind::known && frame.depth > 8 && frame.bp != FollowedFrame::Bp::frame_pointer;
  if (!trial_.is_proven || trial_.is_refuted || !can_be_proven) return is_new;
  // It is the frame that is proven, not that the call returns: there may be another function.
  if (call.at >= call.caller.end && !(trial_.is_joined && is_in_caller(call))) call.caller.is_its = false;
  call.state = State::returned;
  frame.trust = Trust::sure;
  return resume(call, frame) || is_new;
}

// Whether from the function's beginning to the call there is no other one.
bool FollowedCode::is_in_caller(const FollowedCall& call) const {
  const uint32_t begin = call.caller.begin;
  if (call.at < begin || call.at - begin > kFar) return false;
  uint32_t at = begin + 1;
  while (at < call.at && (memory_.marks[at] & kEntry) == 0) ++at;
  return at >= call.at;
}

// Whether what begins there is a function.
bool FollowedCode::try_address(FollowedCall& call) {
  call.state = State::doubtful;
  if (memory_.cells[call.callee] != 0) return false;
  FollowedFrame frame;
  frame.trust = Trust::guess;
  trial_ = {};
  const Range function{call.callee, 0};
  if (flow_into(call.callee, frame)) queue(call.callee);
  drain(function);
  if (!trial_.is_proven || trial_.is_refuted) return true;
  memory_.marks[call.callee] |= kEntry;
  enter(function);
  return true;
}

// Behind the call.
bool FollowedCode::resume(const FollowedCall& call, const FollowedFrame& frame) {
  const uint32_t next = call.at + length_at(call.at);
  if (!fall(call.at, next, frame, true, call.caller)) return false;
  follow_from(next, call.caller);
  drain(call.caller);
  return true;
}

// Of a function, if it is where compilers let one begin; a label would be in a function of known size.
void FollowedCode::take_address(uint32_t offset, uint32_t of, const Range& function) {
  constexpr uint32_t kAlignment = 16;
  if (!is_followed(of) || of % kAlignment != 0 || (memory_.marks[of] & kEntry) != 0) return;
  const FollowedFunction* const around = function_at(of);
  if (around == nullptr || of - around->begin >= around->size) note(offset, of, Reason::address, function);
}

void FollowedCode::note(uint32_t at, uint32_t callee, FollowedCall::Kind kind, const Range& function) {
  if (call_count_ == memory_.call_capacity) return;
  memory_.calls[call_count_++] = {at, callee, function, kind, State::waits};
}

}  // namespace ajar::unwind
