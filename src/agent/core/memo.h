#pragma once

#include <stdint.h>

#include "unwind/walk.h"

namespace ajar::agent {

// What one walk read of the stack and what it came to. A walk that begins with the same registers and finds
// the same words where that one went by them takes the same way and comes to the same stack, so comparing the
// words is enough: a program that opens in a loop, or serves each request from the same place, is walked
// once.
struct Memo {
  static constexpr uint32_t kWords = 96;

  uint32_t busy;   // taken by a thread; whoever comes meanwhile walks
  uint32_t root;   // of the trie, when it was made: another one means that code is gone
  uint32_t stack;  // 0: nothing was kept
  uint32_t count;
  bool bp_matters;  // the way depended on %rbp
  uint64_t pc, sp, bp;
  uint64_t top;         // the end of the highest word
  uint16_t at[kWords];  // in words from sp on
  uint64_t value[kWords];

  bool take() { return __atomic_exchange_n(&busy, 1U, __ATOMIC_ACQUIRE) == 0; }
  void give_back() { __atomic_store_n(&busy, 0U, __ATOMIC_RELEASE); }

  // Whether a walk from `from` would come to `stack` again. Reads nothing at or above `high`.
  bool holds(const unwind::Registers& from, uint32_t from_root, uint64_t high) const {
    if (stack == 0 || pc != from.pc || sp != from.sp || root != from_root || top > high) return false;
    if (bp_matters && bp != from.bp) return false;
    const auto* words = reinterpret_cast<const uint64_t*>(sp);
    for (uint32_t i = 0; i < count; ++i) {
      if (words[at[i]] != value[i]) return false;
    }
    return true;
  }

  void begin(const unwind::Registers& from, uint32_t from_root) {
    stack = 0;
    root = from_root;
    count = 0;
    bp_matters = false;
    pc = from.pc;
    sp = from.sp;
    bp = from.bp;
    top = from.sp;
  }

  // The walk went by %rbp as it was at the beginning.
  void note_bp() { bp_matters = true; }

  // The walk went by this word. One that cannot be kept makes the whole walk not to be kept.
  void note(uint64_t address, uint64_t word) {
    const uint64_t distance = (address - sp) / 8;
    if (count >= kWords || address < sp || (address - sp) % 8 != 0 || distance > UINT16_MAX) {
      spoil();
      return;
    }
    at[count] = static_cast<uint16_t>(distance);
    value[count] = word;
    ++count;
    if (address + 8 > top) top = address + 8;
  }

  // The walk read what is not told here: it must not be kept.
  void spoil() { count = kWords + 1; }

  void end(uint32_t result) { stack = count <= kWords ? result : 0; }
};

}  // namespace ajar::agent
