#pragma once

#include <stdint.h>

#include "unwind/walk.h"

namespace ajar::agent {

// What one walk read of the stack and what it came to. A walk that begins with the same registers and finds
// the same words where that one went by them takes the same way and comes to the same stack, so comparing the
// words is enough: a program that opens in a loop, or serves each request from the same place, is walked
// once.
//
// Any number of threads and signal handlers may ask one at a time, without a lock: whoever finds `version`
// odd, or other than it was, gets no answer. One of them may take it to write.
class alignas(64) Memo {
 public:
  // The stack of a walk from `from`, or 0 where this does not know. Reads nothing at or above `high`.
  uint32_t recall(const unwind::Registers& from, uint32_t root, uint64_t high) const {
    const uint32_t version = get(version_);
    if (get(pc_) != from.pc || get(sp_) != from.sp || (version & 1U) != 0) return 0;
    const uint32_t stack = get(stack_);
    if (get(root_) != root || get(top_) > high) return 0;
    if (get(bp_matters_) != 0 && get(bp_) != from.bp) return 0;
    const Word* const end = words_ + get(count_);
    if (from.sp > high || first_other(end, from.sp, high) != end) return 0;
    return get(version_) == version ? stack : 0;
  }

  // Where on the stack, in words from sp on, the walk from here would first go by another word than that one
  // did, which began at the same place; or what stands for %rbp, or for nowhere.
  static constexpr uint16_t kFramePointer = UINT16_MAX - 1;
  static constexpr uint32_t kNowhere = UINT32_MAX;
  uint32_t first_difference(const unwind::Registers& from, uint32_t root, uint64_t high) const {
    const uint32_t version = get(version_);
    if (get(pc_) != from.pc || get(sp_) != from.sp || get(root_) != root || !keeps_stack()) return kNowhere;
    const Word* const end = words_ + get(count_);
    const Word* const at = from.sp > high ? end : first_other(end, from.sp, high);
    const uint32_t bp_matters = get(bp_matters_);
    const bool bp_comes_first = bp_matters != 0 && bp_matters <= static_cast<uint32_t>(at - words_) + 1;
    const uint32_t differs = bp_comes_first && get(bp_) != from.bp ? kFramePointer
                             : at == end                           ? kNowhere
                                                                   : place_of(get(*at));
    return get(version_) == version ? differs : kNowhere;
  }

  bool keeps_stack() const { return (get(version_) & 1U) == 0 && get(stack_) != 0; }

  // Whether the walk went by what is near the end of the thread's stack. What lies in between is that stack
  // then, and not another one beside it, such as a coroutine's.
  bool came_near(uint64_t high) const {
    constexpr uint64_t kNear = uint64_t{64} << 10U;  // what threads keep at their end, arguments, environment
    return high - get(top_) <= kNear;
  }

  // Whoever gets true has it to itself until end().
  bool take() {
    uint32_t version = get(version_);
    return (version & 1U) == 0 && __atomic_compare_exchange_n(&version_, &version, version + 1, false,
                                                              __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
  }

  void begin(const unwind::Registers& from, uint32_t root) {
    set(stack_, 0U);
    set(root_, root);
    set(bp_matters_, 0U);
    set(pc_, from.pc);
    set(sp_, from.sp);
    set(bp_, from.bp);
    set(top_, from.sp);
    noted_ = 0;
  }

  // The walk went by %rbp as it was at the beginning.
  void note_bp() {
    if (bp_matters_ == 0) set(bp_matters_, 1 + noted_);
  }

  // The walk went by this word. One that cannot be kept makes the whole walk not to be kept.
  void note(uint64_t address, uint64_t word) {
    const uint64_t distance = (address - sp_) / 8;
    if (noted_ >= kWords || address < sp_ || (address - sp_) % 8 != 0 || distance >= kFramePointer ||
        word > kGreatest) {
      spoil();
      return;
    }
    set(words_[noted_++], word << kPlaceBits | distance);
    if (address + 8 > top_) set(top_, address + 8);
  }

  // The walk read what is not told here: it must not be kept.
  void spoil() { noted_ = kWords + 1; }

  void end(uint32_t result) {
    const bool whole = noted_ <= kWords && noted_ != 0;
    set(stack_, whole ? result : 0);
    set(count_, whole ? noted_ : 0);
    set(version_, get(version_) + 1);
  }

 private:
  static constexpr uint32_t kWords = 96;

  // A word of the stack and, in the low bits, where it was, in words from sp on. What a walk goes by are
  // addresses, and those of x86-64 Linux programs have 47 bits.
  using Word = uint64_t;
  static constexpr unsigned kPlaceBits = 16;
  static constexpr uint64_t kGreatest = UINT64_MAX >> kPlaceBits;
  static uint16_t place_of(Word word) { return static_cast<uint16_t>(word); }
  static uint64_t value_of(Word word) { return word >> kPlaceBits; }

  // Each access in the order of the program, which on x86-64 costs nothing.
  template <typename T>
  static T get(const T& from) {
    return __atomic_load_n(&from, __ATOMIC_ACQUIRE);
  }
  template <typename T>
  static void set(T& to, T value) {
    __atomic_store_n(&to, value, __ATOMIC_RELEASE);
  }

  // The first word, if any, that is another one on the stack now. In the order of the walk: where one differs
  // the next may not be on the stack any more. And somebody may be writing the memo for another stack
  // meanwhile.
  [[nodiscard, gnu::always_inline]] inline const Word* first_other(const Word* end, uint64_t sp,
                                                                   uint64_t high) const {
    const auto* words = reinterpret_cast<const uint64_t*>(sp);
    const uint64_t room = (high - sp) / 8;
    const Word* at = words_;
#pragma GCC unroll 4
    for (; at < end; ++at) {
      const Word word = get(*at);
      if (place_of(word) >= room || words[place_of(word)] != value_of(word)) break;
    }
    return at;
  }

  uint32_t version_;  // odd while it is written
  uint32_t root_;     // of the trie, when it was made: another one means that code is gone
  uint32_t stack_;    // 0: nothing is kept
  uint32_t count_;
  uint64_t pc_, sp_, bp_;
  uint64_t top_;         // the end of the highest word
  uint32_t bp_matters_;  // the way depended on %rbp: 1 + how many words it had gone by until then; 0: never
  uint32_t noted_;       // while it is written
  Word words_[kWords];
};

}  // namespace ajar::agent
