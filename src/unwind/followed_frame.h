#pragma once

#include <stdint.h>

#include "unwind/table.h"
#include "unwind/x86_instruction.h"

namespace ajar::unwind {

// What is known of a frame at an instruction that was reached by following code.
struct FollowedFrame {
  enum class Kind : uint8_t {
    known,
    outermost,  // there is no caller
    signal,     // the kernel has made it
    lost,       // nothing
  };
  enum class Bp : uint8_t { callers, frame_pointer, other };

  // What was followed behind a call of which nobody knows whether it returns, in a function whose size is
  // known, is doubtful; elsewhere it is a guess.
  enum class Trust : uint8_t { sure, doubtful, guess };

  static constexpr int32_t kNoDepth = INT32_MIN;

  int32_t depth = 8;     // CFA = %rsp + depth; kNoDepth where nobody knows how far that is
  int32_t bp_depth = 0;  // of a frame pointer: CFA = %rbp + bp_depth
  int32_t saved = 0;     // the caller's %rbp is at CFA - saved; 0: nowhere
  Bp bp = Bp::callers;
  Kind kind = Kind::known;
  Trust trust = Trust::sure;
  uint8_t zero = 0;

  bool operator==(const FollowedFrame&) const = default;
  [[nodiscard]] bool is_sure() const { return trust == Trust::sure; }
  [[nodiscard]] bool is_entry() const {
    return kind == Kind::known && depth == 8 && bp == Bp::callers && saved == 0;
  }
};

// What it is after the instruction.
FollowedFrame frame_after(const FollowedFrame& frame, const X86Instruction& instruction);

// NONE where the frame is lost, or the caller's %rbp.
ajar_rule rule_of(const FollowedFrame& frame);

}  // namespace ajar::unwind
