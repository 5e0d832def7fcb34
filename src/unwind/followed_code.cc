#include "unwind/followed_code.h"

#include "unwind/x86_instruction.h"

namespace ajar::unwind {
namespace {

using Kind = FollowedFrame::Kind;
using Flow = X86Instruction::Flow;
using Reason = FollowedCall::Kind;
using Trust = FollowedFrame::Trust;

FollowedFrame lost() {
  return {.kind = Kind::lost};
}

// Of two ways to an instruction. A doubtful one doesn't count where there is a better one.
FollowedFrame both(const FollowedFrame& a, const FollowedFrame& b) {
  if (a.trust != b.trust) return a.trust < b.trust ? a : b;
  if (a == b) return a;
  FollowedFrame neither = lost();
  neither.trust = a.trust;
  return neither;
}

// An address in a register, while nothing happens but that a frame is taken down.
struct Held {
  uint8_t number = X86Instruction::kNoRegister;
  uint32_t address = 0;

  [[nodiscard]] bool is(uint8_t other) const {
    return number != X86Instruction::kNoRegister && number == other;
  }

  void change(uint32_t offset, const X86Instruction& it) {
    if (it.takes_address) {
      number = it.number;
      address = offset + it.length + static_cast<uint32_t>(it.target);
    } else if (it.effect != X86Instruction::Effect::add_sp && (!is_pop(it) || is(it.number))) {
      number = X86Instruction::kNoRegister;
    }
  }

 private:
  static bool is_pop(const X86Instruction& it) {
    return it.number != X86Instruction::kNoRegister &&
           (it.effect == X86Instruction::Effect::pop || it.effect == X86Instruction::Effect::pop_bp);
  }
};

}  // namespace

FollowedCode::FollowedCode(const CodeToFollow& code, const FollowMemory& memory)
    : code_(code), memory_(memory) {
  memory_.frames[0] = memory_.frames[kNotFollowed] = memory_.frames[kLostForSure] = lost();
  frame_count_ = kLostForSure + 1;
}

void FollowedCode::run() {
  mark_entries();
  if (is_followed(code_.entry)) {
    memory_.marks[code_.entry] |= kEntry;
    FollowedFrame outermost;
    outermost.kind = Kind::outermost;
    if (flow_into(code_.entry, outermost)) queue(code_.entry);
    drain({code_.entry, 0});
  }
  for (uint32_t i = 0; i < code_.function_count; ++i) {
    const FollowedFunction& function = code_.functions[i];
    const uint32_t end = function.size == 0 ? 0 : function.begin + function.size;
    if (function.begin != code_.entry) enter({function.begin, end});
  }
  follow_calls();
  find_signal_returns();
}

void FollowedCode::mark_entries() {
  for (uint32_t i = 0; i < code_.function_count; ++i) {
    FollowedFunction& function = code_.functions[i];
    if (function.begin >= code_.size || function.size > code_.size - function.begin) function.size = 0;
    if (is_followed(function.begin)) memory_.marks[function.begin] |= kEntry;
  }
}

void FollowedCode::enter(const Range& function) {
  if (!is_followed(function.begin)) return;
  if (flow_into(function.begin, {})) queue(function.begin);
  drain(function);
}

void FollowedCode::drain(const Range& function) {
  while (queued_ != 0) {
    const uint32_t offset = memory_.queue[--queued_];
    memory_.marks[offset] &= static_cast<uint8_t>(~kQueued);
    follow_from(offset, function);
  }
}

void FollowedCode::queue(uint32_t offset) {
  if ((memory_.marks[offset] & kQueued) != 0) return;
  memory_.marks[offset] |= kQueued;
  memory_.queue[queued_++] = offset;
}

// In a line, until it ends or comes to what is known already.
void FollowedCode::follow_from(uint32_t offset, const Range& function) {
  bool behind_call = false;
  Held held;
  for (;;) {
    const X86Instruction it = x86_instruction(code_.bytes + offset, code_.bytes + code_.size);
    memory_.marks[offset] = static_cast<uint8_t>((memory_.marks[offset] & ~kLength) | it.length);
    FollowedFrame after = frame_after(memory_.frames[memory_.cells[offset]], it);
    if (has_no_caller(offset, it)) after = {.kind = Kind::outermost, .trust = after.trust};
    weigh(memory_.frames[memory_.cells[offset]], it, after);
    if (it.flow == Flow::jump_elsewhere && held.is(it.number))
      return jump(offset, held.address, after, function);
    if (it.length == 0 || !go(offset, it, after, function)) return;
    held.change(offset, it);
    if (it.takes_address) take_address(offset, held.address, function);
    const bool is_call = it.flow == Flow::call || it.flow == Flow::call_elsewhere;
    behind_call = is_call || (behind_call && it.is_padding);
    if (!fall(offset, offset + it.length, after, behind_call, function)) return;
    offset += it.length;
  }
}

// Where a thread begins, its frame pointer is zeroed, what it shall run is taken from its stack, and called.
// Who has a caller saves the register before; hand-written helpers that don't call nothing then.
bool FollowedCode::has_no_caller(uint32_t offset, const X86Instruction& it) const {
  constexpr unsigned kNear = 4;
  if (it.effect != X86Instruction::Effect::zero_bp || !memory_.frames[memory_.cells[offset]].is_entry())
    return false;
  const uint8_t* at = code_.bytes + offset + it.length;
  for (unsigned i = 0; i < kNear; ++i) {
    const X86Instruction next = x86_instruction(at, code_.bytes + code_.size);
    if (next.flow == Flow::call_elsewhere) return true;
    if (next.length == 0 || next.flow != Flow::next) return false;
    at += next.length;
  }
  return false;
}

// What an instruction says of a frame that is doubtful.
void FollowedCode::weigh(const FollowedFrame& frame, const X86Instruction& it, const FollowedFrame& after) {
  if (frame.is_sure() || frame.kind != Kind::known) return;
  const bool returns = it.flow == Flow::ret;
  if (returns && after.is_entry()) trial_.is_proven = true;
  if (it.length == 0 || it.flow == Flow::refused || after.kind == Kind::lost ||
      (returns && !after.is_entry()))
    trial_.is_refuted = true;
}

// False where it doesn't go on behind the instruction, or not yet.
bool FollowedCode::go(uint32_t offset, const X86Instruction& it, const FollowedFrame& after,
                      const Range& function) {
  const uint32_t target = offset + it.length + static_cast<uint32_t>(it.target);
  switch (it.flow) {
    case Flow::next:
      return true;
    case Flow::branch:
      jump(offset, target, after, function);
      return true;
    case Flow::jump:
      jump(offset, target, after, function);
      return false;
    case Flow::call:
      return call(offset, target, function);
    case Flow::call_elsewhere:
      note(offset, kElsewhere, Reason::call, function);
      return false;
    case Flow::jump_elsewhere:
      mark_jumps_on(function.begin);
      mark_jumps_on(offset);
      return false;
    case Flow::ret:
      if (after.is_entry() && after.is_sure() && function.is_its) memory_.marks[function.begin] |= kReturns;
      return false;
    case Flow::end:
    case Flow::refused:
      return false;
  }
  return false;
}

bool FollowedCode::call(uint32_t offset, uint32_t callee, const Range& function) {
  // What calls the next instruction wants to know where it is.
  if (callee == offset + length_at(offset)) return false;
  if (!is_followed(callee)) {
    note(offset, kElsewhere, Reason::call, function);
    return false;
  }
  if ((memory_.marks[callee] & kReturns) != 0) return true;
  note(offset, callee, Reason::call, function);
  return false;
}

// On to the next instruction. Whether there is something new.
bool FollowedCode::fall(uint32_t from, uint32_t to, const FollowedFrame& frame, bool behind_call,
                        const Range& function) {
  if (!is_followed(to)) return false;
  if (from >= function.begin && from < function.end && to >= function.end) return false;
  if ((memory_.marks[to] & kEntry) == 0) return flow_into(to, frame);
  // Behind a call that doesn't return stands another function.
  if (!behind_call) jump(from, to, frame, function);
  return false;
}

void FollowedCode::jump(uint32_t from, uint32_t to, const FollowedFrame& frame, const Range& function) {
  if (!is_followed(to)) return;
  if ((memory_.marks[to] & kEntry) == 0) {
    if (flow_into(to, frame)) queue(to);
    return;
  }
  if (frame.is_entry()) {
    if (frame.is_sure() && function.is_its) note(from, to, Reason::jump, function);
  } else if (frame.kind == Kind::known && frame.is_sure()) {
    if (flow_into(to, lost())) queue(to);
  }
}

bool FollowedCode::flow_into(uint32_t offset, const FollowedFrame& frame) {
  uint16_t& cell = memory_.cells[offset];
  if (!frame.is_sure() && frame.kind == Kind::known && cell != 0) {
    FollowedFrame there = memory_.frames[cell];
    const bool is_sure = there.is_sure();
    there.trust = frame.trust;
    trial_.is_joined |= there == frame && is_sure && offset >= trial_.own.begin && offset < trial_.own.end;
    (there == frame ? trial_.is_proven : trial_.is_refuted) |= is_sure || there != frame;
  }
  const uint16_t number = number_of(cell == 0 ? frame : both(memory_.frames[cell], frame));
  if (cell == number) return false;
  cell = number;
  return true;
}

uint16_t FollowedCode::number_of(const FollowedFrame& frame) {
  if (frame == lost()) return kLostForSure;
  uint64_t words[2];
  static_assert(sizeof(frame) == sizeof(words));
  __builtin_memcpy(words, &frame, sizeof(words));
  uint64_t hash = (words[0] ^ words[1] * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;
  for (hash ^= hash >> 32U;; ++hash) {
    uint16_t& bucket = memory_.buckets[hash & (memory_.bucket_count - 1)];
    if (bucket != 0 && memory_.frames[bucket] == frame) return bucket;
    if (bucket != 0) continue;
    if (frame_count_ == memory_.frame_capacity) return kLostForSure;
    bucket = static_cast<uint16_t>(frame_count_++);
    memory_.frames[bucket] = frame;
    return bucket;
  }
}

void FollowedCode::mark_jumps_on(uint32_t offset) {
  FollowedFunction* const function = function_at(offset);
  if (function != nullptr) function->jumps_on = true;
}

// The last one that begins there or before.
FollowedFunction* FollowedCode::function_at(uint32_t offset) const {
  uint32_t low = 0;
  for (uint32_t high = code_.function_count; low < high;) {
    const uint32_t middle = low + (high - low) / 2;
    if (code_.functions[middle].begin <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? nullptr : code_.functions + low - 1;
}

// mov $15, %rax; syscall: debuggers, too, know by these bytes what a signal handler returns to.
void FollowedCode::find_signal_returns() {
  constexpr uint8_t kBytes[] = {0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05};
  constexpr uint8_t kNop = 0x90;
  FollowedFrame signal = lost();
  signal.kind = Kind::signal;
  const uint16_t number = number_of(signal);
  for (uint32_t at = 1; at + sizeof(kBytes) <= code_.size; ++at) {
    if (code_.bytes[at + 7] != kBytes[7] || __builtin_memcmp(code_.bytes + at, kBytes, sizeof(kBytes)) != 0)
      continue;
    const FollowedFrame* const there = frame_at(at);
    if (!is_followed(at) || (there != nullptr && there->is_sure())) continue;
    const auto put = [&](uint32_t offset, uint8_t length) {
      memory_.cells[offset] = number;
      memory_.marks[offset] = length;
    };
    put(at, 7);
    put(at + 7, 2);
    // It is not called, so walkers look for the call before it.
    if (code_.bytes[at - 1] == kNop && is_followed(at - 1)) put(at - 1, 1);
  }
}

const FollowedFrame* FollowedCode::frame_at(uint32_t offset) const {
  const uint16_t cell = memory_.cells[offset];
  return cell == 0 || cell == kNotFollowed || length_at(offset) == 0 ? nullptr : memory_.frames + cell;
}

ajar_rule FollowedCode::rule_at(uint32_t offset) const {
  const FollowedFrame* const frame = frame_at(offset);
  if (frame == nullptr) return {};
  if (frame->trust == Trust::guess) return {};
  if (frame->trust == Trust::doubtful) {
    const FollowedFunction* const function = function_at(offset);
    if (function == nullptr || offset - function->begin >= function->size || function->jumps_on) return {};
  }
  // Of no other frame it can be so: most instructions needn't be read again.
  if (frame->is_entry() &&
      has_no_caller(offset, x86_instruction(code_.bytes + offset, code_.bytes + code_.size)))
    return rule_of({.kind = Kind::outermost});
  return rule_of(*frame);
}

bool FollowedCode::next_row(uint32_t offset, Row& row) const {
  for (; offset < code_.size; ++offset) {
    row.rule = rule_at(offset);
    if (row.rule.cfa == AJAR_CFA_NONE) continue;
    row.begin = offset;
    row.end = offset + length_at(offset);
    return true;
  }
  return false;
}

}  // namespace ajar::unwind
