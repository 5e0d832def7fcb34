#pragma once

#include <stdint.h>

#include "unwind/table.h"
#include "unwind/walk.h"

namespace ajar::unwind {

// A copy of a 32-bit program's stack: [low, high) lies `shift` further.
struct StackCopy32 {
  uint64_t low = 0, high = 0;
  uint64_t shift = 0;

  [[nodiscard]] bool read(uint64_t address, uint64_t& value) const {
    if (address < low || address >= high || high - address < sizeof(uint32_t)) return false;
    uint32_t word;
    __builtin_memcpy(&word, reinterpret_cast<const void*>(address + shift), sizeof(word));
    value = word;
    return true;
  }
};

// From a frame to its caller, as step() in walk.h, where words are 4 bytes (System V ABI, i386 supplement):
// the return address is at CFA - 4. Where a rule can't be followed the registers are as they were.
inline bool step_32(const ajar_rule& rule, Registers& registers, const StackCopy32& memory) {
  constexpr uint64_t kWord = sizeof(uint32_t);
  const auto moved = [](uint64_t from, int64_t by) {
    return static_cast<uint32_t>(from + static_cast<uint64_t>(by));
  };
  uint64_t cfa = 0;
  switch (rule.cfa) {
    case AJAR_CFA_SP:
    case AJAR_CFA_SP_DEREF:
      cfa = moved(registers.sp, rule.offset);
      break;
    case AJAR_CFA_BP:
    case AJAR_CFA_BP_DEREF:
      cfa = moved(registers.bp, rule.offset);
      break;
    default:
      return false;
  }
  const bool deref = rule.cfa == AJAR_CFA_SP_DEREF || rule.cfa == AJAR_CFA_BP_DEREF;
  if (deref && !memory.read(cfa, cfa)) return false;
  // Callers are further up: this is also what makes every walk end.
  if (cfa <= registers.sp) return false;
  Registers caller{.sp = cfa, .bp = registers.bp};
  if (!memory.read(cfa - kWord, caller.pc)) return false;
  if (rule.bp == AJAR_BP_AT_CFA && !memory.read(moved(cfa, rule.bp_offset), caller.bp)) return false;
  if (rule.bp == AJAR_BP_AT_BP && !memory.read(moved(registers.bp, rule.bp_offset), caller.bp)) return false;
  registers = caller;
  return true;
}

// From a signal's handler that has returned (its return address is popped) to what it interrupted. What Linux
// has put there is told by its form alone: struct rt_sigframe_ia32, whose two pointers are to itself, or
// sigframe_ia32 (arch/x86/include/asm/sigframe.h, sigcontext_32 in asm/sigcontext.h). False where neither is
// there.
inline bool leave_signal_32(Registers& registers, const StackCopy32& memory) {
  constexpr uint64_t kInfo = 12, kContext = kInfo + 128, kSaved = kContext + 20, kSavedWithout = 4;
  constexpr uint64_t kBp = 24, kSp = 28, kIp = 56, kCs = 60;
  const uint64_t frame = registers.sp;
  uint64_t info = 0;
  uint64_t context = 0;
  const bool has_info = memory.read(frame + 4, info) && memory.read(frame + 8, context) &&
                        info == frame + kInfo && context == frame + kContext;
  const uint64_t saved = frame + (has_info ? kSaved : kSavedWithout);
  uint64_t cs = 0;
  Registers interrupted;
  if (!memory.read(saved + kCs, cs) || (cs & 0xffffU) != AJAR_SEGMENT_32 ||
      !memory.read(saved + kIp, interrupted.pc) || !memory.read(saved + kSp, interrupted.sp) ||
      !memory.read(saved + kBp, interrupted.bp))
    return false;
  // On the same stack it is further up: this is also what makes every walk end.
  if (interrupted.sp <= frame) return false;
  registers = interrupted;
  return true;
}

}  // namespace ajar::unwind
