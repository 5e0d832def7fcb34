#pragma once

#include <stdint.h>

#include "unwind/followed_frame.h"
#include "unwind/table.h"

namespace ajar::unwind {

// A function of which something else than its code tells. Offsets are in the code.
struct FollowedFunction {
  uint32_t begin = 0;
  uint32_t size = 0;      // 0: nobody knows
  bool jumps_on = false;  // it jumps to where a register says: not all of its ways were seen
};

// What is followed as one function.
struct FollowedRange {
  uint32_t begin = 0;
  uint32_t end = 0;    // 0: nobody knows
  bool is_its = true;  // whether what is followed is surely the function's that begins there
};

// A call that was met, a jump to another function, or that a function's address was taken.
struct FollowedCall {
  enum class Kind : uint8_t { call, jump, address };
  enum class State : uint8_t { waits, doubtful, returned };

  uint32_t at = 0;
  uint32_t callee = 0;
  FollowedRange caller;
  Kind kind = Kind::call;
  State state = State::waits;
};

// What code is followed in; the caller's. Only what is said to be zeroed needs to be written to before.
struct FollowMemory {
  uint16_t* cells = nullptr;  // `size` of them, zeroed, or kNotFollowed where others know the rules
  uint8_t* marks = nullptr;   // `size`, zeroed
  uint32_t* queue = nullptr;  // `size`
  FollowedCall* calls = nullptr;
  FollowedFrame* frames = nullptr;  // frame_capacity, at most 65536
  uint16_t* buckets = nullptr;      // bucket_count, zeroed
  uint32_t call_capacity = 0;
  uint32_t frame_capacity = 0;
  uint32_t bucket_count = 0;  // a power of two, larger than frame_capacity
};

struct CodeToFollow {
  const uint8_t* bytes = nullptr;
  uint32_t size = 0;
  FollowedFunction* functions = nullptr;  // in the order of their beginnings, each of which is there once
  uint32_t function_count = 0;
  uint32_t entry = UINT32_MAX;  // where the kernel begins the program
};

// Call-frame rules of code for which there is no call-frame information: made by following the instructions
// of each function from its first one, where CFA = %rsp + 8 and %rbp is the caller's.
//
// A rule is only made where all ways to an instruction agree on it; ways that were not seen are those through
// jumps to what a register says, and it is relied upon that compilers let them agree with the others. What
// stands behind a call that doesn't return may be another function, or have another frame. So the code behind
// a call is believed to have the caller's frame
//  - where the callee is seen to return;
//  - where, with that frame and without another such call, it comes to a return that finds its address, or to
//    code that is known to have it, and to nothing that contradicts: from another depth it couldn't;
//  - doubtfully, within a function whose size is known, unless that jumps to what a register says. What is
//    doubtful yields to what isn't.
// With little memory there are fewer rules, and none is wrong.
class FollowedCode {
 public:
  static constexpr uint16_t kNotFollowed = 1;

  FollowedCode(const CodeToFollow& code, const FollowMemory& memory);

  void run();

  // Of the instruction that begins there; nullptr where none was reached.
  [[nodiscard]] const FollowedFrame* frame_at(uint32_t offset) const;
  [[nodiscard]] uint8_t length_at(uint32_t offset) const { return memory_.marks[offset] & kLength; }

  // The next row from `offset` on, for as long as there is one: [begin, end) has one rule, which is not NONE.
  struct Row {
    uint32_t begin = 0, end = 0;
    ajar_rule rule{};
  };
  bool next_row(uint32_t offset, Row& row) const;

 private:
  static constexpr uint32_t kElsewhere = UINT32_MAX;  // a callee outside of the code
  static constexpr uint16_t kLostForSure = 2;         // numbers of frames; 0: none
  static constexpr uint8_t kLength = 0x0f, kEntry = 0x10, kReturns = 0x20, kQueued = 0x40;

  using Range = FollowedRange;

  // One following of what is doubtful, or a guess.
  struct Trial {
    // It has come to where its frame is known to be right; to be wrong.
    bool is_proven = false;
    bool is_refuted = false;
    // … and to code of the function itself, which is what is `own`.
    bool is_joined = false;
    Range own;
  };

  void mark_entries();
  void follow_calls();
  void weigh(const FollowedFrame& frame, const X86Instruction& it, const FollowedFrame& after);
  bool follow_call(FollowedCall& call, bool doubtful);
  bool doubt(FollowedCall& call);
  [[nodiscard]] bool has_no_caller(uint32_t offset, const X86Instruction& it) const;
  bool try_address(FollowedCall& call);
  bool resume(const FollowedCall& call, const FollowedFrame& frame);
  [[nodiscard]] bool is_in_caller(const FollowedCall& call) const;
  void enter(const Range& function);
  void drain(const Range& function);
  void follow_from(uint32_t offset, const Range& function);
  bool go(uint32_t offset, const X86Instruction& it, const FollowedFrame& after, const Range& function);
  bool fall(uint32_t from, uint32_t to, const FollowedFrame& frame, bool behind_call, const Range& function);
  void jump(uint32_t from, uint32_t to, const FollowedFrame& frame, const Range& function);
  bool call(uint32_t offset, uint32_t callee, const Range& function);
  void note(uint32_t at, uint32_t callee, FollowedCall::Kind kind, const Range& function);
  void take_address(uint32_t offset, uint32_t of, const Range& function);
  bool flow_into(uint32_t offset, const FollowedFrame& frame);
  void queue(uint32_t offset);
  void find_signal_returns();
  uint16_t number_of(const FollowedFrame& frame);
  void mark_jumps_on(uint32_t offset);
  FollowedFunction* function_at(uint32_t offset) const;
  [[nodiscard]] bool is_followed(uint32_t offset) const {
    return offset < code_.size && memory_.cells[offset] != kNotFollowed;
  }
  [[nodiscard]] ajar_rule rule_at(uint32_t offset) const;

  const CodeToFollow code_;
  const FollowMemory memory_;
  uint32_t frame_count_ = 0;
  uint32_t call_count_ = 0;
  uint32_t queued_ = 0;
  Trial trial_;
};

}  // namespace ajar::unwind
