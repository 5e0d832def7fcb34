#pragma once

#include <stdint.h>

#include "agent/core/memo.h"

namespace ajar::agent {

// Hints are read and written by many at once.
template <typename T>
T hint(const T& from) {
  return __atomic_load_n(&from, __ATOMIC_RELAXED);
}
template <typename T>
void set_hint(T& to, T value) {
  __atomic_store_n(&to, value, __ATOMIC_RELAXED);
}

// A place that stacks are taken from: the innermost frame's pc at one height. Most have one way there; where
// there are several, they are told apart by a few words: those in which stacks of this place were seen to
// differ.
//
// Whatever it says is a hint as to which memo to ask, and the memo itself knows whether it is the right one.
// So it is read and written without a lock, field by field.
class Spot {
 public:
  bool is(uint16_t key) const { return hint(key_) == key; }

  void start(uint16_t key) {
    set_hint(key_, key);
    set_hint(memo_, uint16_t{0});
    for (uint16_t& place : telling_) set_hint(place, uint16_t{0});
  }

  // The memo of all stacks of this place, while they are one: 0 where none is known.
  uint32_t only_memo() const { return hint(memo_); }
  void set_only_memo(uint32_t number) { set_hint(memo_, static_cast<uint16_t>(number)); }

  bool has_several() const { return hint(telling_[0]) != 0; }

  // From now on stacks are told apart by this word, too.
  void learn(uint16_t place) {
    for (uint16_t& known : telling_) {
      if (hint(known) == 1 + place) return;
      if (hint(known) == 0) return set_hint(known, static_cast<uint16_t>(1 + place));
    }
  }

  // The hash goes on with the telling words as they are on the stack now.
  uint64_t mix_in(uint64_t hash, const unwind::Registers& from, uint64_t high) const {
    const auto* words = reinterpret_cast<const uint64_t*>(from.sp);
    const uint64_t room = from.sp < high ? (high - from.sp) / 8 : 0;
    for (const uint16_t& telling : telling_) {
      if (hint(telling) == 0) break;
      const uint32_t place = hint(telling) - 1U;
      const uint64_t word = place == Memo::kFramePointer ? from.bp : place < room ? words[place] : 0;
      hash = (hash ^ (hash >> 32U) ^ word) * 0xbf58476d1ce4e5b9ULL;
    }
    return hash;
  }

 private:
  static constexpr uint32_t kTelling = 6;

  uint16_t key_;
  uint16_t memo_;
  uint16_t telling_[kTelling];  // in words from sp on, plus 1
};
static_assert(sizeof(Spot) == 16);

// The memos of a process. Zeroed memory is one that knows nothing; what is not needed is never touched. The
// oldest memo makes room for a new one.
class Memos {
 public:
  // The stack from there, or 0 where none is remembered.
  uint32_t recall(const unwind::Registers& from, uint32_t root, uint64_t high) const {
    const uint64_t mixed = mix(from);
    const Spot* spot = spots_[group_of(mixed)];
    for (uint32_t i = 1; __builtin_expect(!spot->is(key_of(mixed)), 0); ++i, ++spot) {
      if (i == kSpotsInGroup) return 0;
    }
    return memos_[number_of(*spot, from, high)].recall(from, root, high);
  }

  // Where the walk is to be kept that must be made where recall() knew nothing.
  class Place {
   public:
    Memo& memo() { return memos_.memos_[number_]; }

    // The memo is written. If it is that of a stack it will be found.
    void keep() {
      if (memo().kept()) memos_.keep(*this);
    }

   private:
    friend class Memos;
    Place(Memos& memos, const unwind::Registers& from, uint64_t high)
        : memos_(memos), from_(from), high_(high), spot_(memos.spot_for(from)) {}

    Memos& memos_;
    const unwind::Registers& from_;
    uint64_t high_;
    Spot& spot_;
    uint32_t number_ = 0;
  };

  // `from` must outlive it.
  Place place_for(const unwind::Registers& from, uint32_t root, uint64_t high) {
    Place place(*this, from, high);
    const Memo& known = memos_[number_of(place.spot_, from, high)];
    const uint32_t differs = known.first_difference(from, root, high);
    if (differs != Memo::kNowhere) place.spot_.learn(static_cast<uint16_t>(differs));
    place.number_ = 1 + hint(last_) % (kMemos - 1);
    return place;
  }

 private:
  static constexpr uint32_t kSpotGroups = 4096;
  static constexpr uint32_t kSpotsInGroup = 4;
  static constexpr uint32_t kBuckets = 4096;
  static constexpr uint32_t kWays = 8;
  static constexpr uint32_t kMemos = 1U << 15U;  // number 0 is nobody's

  static uint64_t mix(const unwind::Registers& from) {
    return (from.pc ^ (from.sp << 28U) ^ (from.sp >> 36U)) * 0x9e3779b97f4a7c15ULL;
  }
  static uint32_t group_of(uint64_t mixed) { return static_cast<uint32_t>(mixed >> 52U) % kSpotGroups; }
  static uint16_t key_of(uint64_t mixed) { return static_cast<uint16_t>(mixed >> 36U) | 1U; }

  // In a bucket a memo's number stands beside this part of the stack's hash.
  static constexpr uint32_t kTag = ~(kMemos - 1);
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash) & kTag; }
  static uint32_t bucket_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 52U) % kBuckets; }

  // Of the memo that the stack has if it has one.
  uint32_t number_of(const Spot& spot, const unwind::Registers& from, uint64_t high) const {
    if (!spot.has_several()) return spot.only_memo() % kMemos;
    const uint64_t hash = spot.mix_in(mix(from), from, high);
    const uint32_t* ways = buckets_[bucket_of(hash)];
    uint32_t number = 0;
    for (uint32_t i = 0; i < kWays; ++i) {  // without a branch: which one it is can't be foreseen
      const uint32_t differs = hint(ways[i]) ^ tag_of(hash);
      number |= differs < kMemos ? differs : 0;
    }
    return number;
  }

  Spot& spot_for(const unwind::Registers& from) {
    const uint64_t mixed = mix(from);
    Spot* group = spots_[group_of(mixed)];
    for (uint32_t i = 0; i < kSpotsInGroup; ++i) {
      if (group[i].is(key_of(mixed))) return group[i];
    }
    uint32_t free = 0;
    while (free < kSpotsInGroup && !group[free].is(0)) ++free;
    Spot& spot = group[free < kSpotsInGroup ? free : hint(last_) % kSpotsInGroup];
    spot.start(key_of(mixed));
    return spot;
  }

  void keep(const Place& place) {
    set_hint(last_, place.number_);
    place.spot_.set_only_memo(place.number_);
    if (!place.spot_.has_several()) return;
    const uint64_t hash = place.spot_.mix_in(mix(place.from_), place.from_, place.high_);
    uint32_t* ways = buckets_[bucket_of(hash)];
    uint32_t oldest = 0, age_of_oldest = 0;
    for (uint32_t i = 0; i < kWays; ++i) {
      const uint32_t is = hint(ways[i]);
      const bool is_free = is == 0 || (is & kTag) == tag_of(hash);
      if (is_free) set_hint(ways[i], 0U);  // one of a tag at most
      const uint32_t age = is_free ? kMemos : (place.number_ - is) % kMemos;
      if (age > age_of_oldest) {
        oldest = i;
        age_of_oldest = age;
      }
    }
    set_hint(ways[oldest], tag_of(hash) | place.number_);
  }

  Spot spots_[kSpotGroups][kSpotsInGroup];
  uint32_t buckets_[kBuckets][kWays];
  Memo memos_[kMemos];
  uint32_t last_;  // the number of the memo that was kept last
};

}  // namespace ajar::agent
