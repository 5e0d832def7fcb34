#pragma once

#include <stdint.h>

#include "unwind/cfi.h"
#include "unwind/cfi_program.h"
#include "unwind/walk.h"

namespace ajar::unwind {

// A frame's registers, by their DWARF numbers, as far as they are known. For what compilers make the three of
// walk.h are enough. This is for the rest: hand-written assembly that finds its frame by another register.
class FullRegisters {
 public:
  [[nodiscard]] bool knows(uint64_t number) const {
    return number < kRegisters && (known_ >> number & 1U) != 0;
  }
  [[nodiscard]] uint64_t get(uint64_t number) const { return values_[number]; }
  void set(uint64_t number, uint64_t value) {
    values_[number] = value;
    known_ |= 1U << number;
  }

  // The frame was interrupted here (or its registers were taken here): its pc is not that after a call.
  bool interrupted = false;

  // What the common walk goes on with. An unknown %rbp becomes 0.
  [[nodiscard]] Registers walk() const {
    return {.pc = get(kReturn), .sp = get(kRsp), .bp = knows(kRbp) ? get(kRbp) : 0};
  }

 private:
  uint64_t values_[kRegisters] = {};
  uint32_t known_ = 0;
};

enum class FullStep : uint8_t {
  stepped,
  outermost,
  no_rule,  // there is no call-frame information here, or none that can be read
  stuck     // it can't be followed: a register is not known, memory not readable
};

// From a frame to its caller by all that call-frame information can say: any register as a base, values,
// expressions. The registers are as they were unless it stepped. pc, sp must be known. Freestanding, reads
// the module and `memory`, allocates nothing; needs some 3 KiB of stack.
FullStep full_step(const CallFrameInfo& info, FullRegisters& registers, StackMemory& memory);

}  // namespace ajar::unwind
