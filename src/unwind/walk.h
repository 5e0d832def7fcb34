#pragma once

#include <stdint.h>

#include "unwind/table.h"

namespace ajar::unwind {

struct Registers {
  uint64_t pc = 0;  // for every frame but an interrupted one: the address after the call
  uint64_t sp = 0;
  uint64_t bp = 0;
};

inline uint64_t load(uint64_t address) {
  uint64_t value;
  __builtin_memcpy(&value, reinterpret_cast<const void*>(address), sizeof(value));
  return value;
}

// The part of a stack that may be read. A walk follows tables that may be wrong (hand-written assembly), so
// no address is read that was not proven to be there: within [low, high), or granted by `extend`, which may
// move `high` up.
struct StackMemory {
  uint64_t low = 0, high = 0;
  bool (*extend)(StackMemory& memory, uint64_t address) = nullptr;
  uint64_t shift = 0;  // where a copy of it lies is so much further (modulo 2^64)

  bool readable(uint64_t address) {
    if ((address & 7U) != 0) return false;
    if (address >= low && address + 8 <= high && address + 8 > address) return true;
    return extend != nullptr && extend(*this, address);
  }
  // Of what is readable.
  [[nodiscard]] uint64_t word_at(uint64_t address) const { return load(address + shift); }
};

// From a frame to its caller. False where the rule ends or cannot be followed; the registers are then as they
// were. `rule` must be the one for registers.pc, and neither END nor NONE.
inline bool step(const ajar_rule& rule, Registers& registers, StackMemory& memory) {
  const auto offset = static_cast<uint64_t>(static_cast<int64_t>(rule.offset));
  const bool from_bp = rule.cfa == AJAR_CFA_BP || rule.cfa == AJAR_CFA_BP_DEREF;
  uint64_t cfa = (from_bp ? registers.bp : registers.sp) + offset;
  if (__builtin_expect(rule.cfa > AJAR_CFA_BP, 0)) {
    if (rule.cfa == AJAR_CFA_PLT) {
      cfa += (registers.pc & 15U) >= static_cast<uint64_t>(rule.bp_offset) ? 8 : 0;
    } else if (rule.cfa == AJAR_CFA_SIGNAL) {
      if (!memory.readable(cfa - 40) || !memory.readable(cfa + 8)) return false;
      const uint64_t sp = memory.word_at(cfa);
      registers.pc = memory.word_at(cfa + 8);
      registers.bp = memory.word_at(cfa - 40);
      registers.sp = sp;
      // The handler may have run on a stack of its own: from here on another one is walked.
      if (sp < memory.low || sp >= memory.high) {
        memory.low = sp & ~uint64_t{4095};
        memory.high = memory.low;
      }
      return true;
    } else {
      if (!memory.readable(cfa)) return false;
      cfa = memory.word_at(cfa);
    }
  }
  // Callers are further up: this is also what makes every walk end.
  if (cfa <= registers.sp || !memory.readable(cfa - 8)) return false;
  if (rule.bp == AJAR_BP_AT_CFA) {
    const uint64_t at = cfa + static_cast<uint64_t>(static_cast<int64_t>(rule.bp_offset));
    if (!memory.readable(at)) return false;
    registers.bp = memory.word_at(at);
  } else if (rule.bp == AJAR_BP_AT_BP) {
    const uint64_t at = registers.bp + static_cast<uint64_t>(static_cast<int64_t>(rule.bp_offset));
    if (!memory.readable(at)) return false;
    registers.bp = memory.word_at(at);
  }
  registers.pc = memory.word_at(cfa - 8);
  registers.sp = cfa;
  return true;
}

}  // namespace ajar::unwind
