#pragma once

#include <stdint.h>

#include "agent/core/memo.h"

namespace ajar::agent {

// Read and written by many at once, each time for itself.
template <typename T>
class Hint {
 public:
  T get() const { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
  void set(T value) { __atomic_store_n(&value_, value, __ATOMIC_RELAXED); }

 private:
  T value_;
};

// A place that stacks are taken from: the innermost frame's pc at one height of one thread's stack. Most have
// one way there; where there are several, they are told apart by a few words: those in which stacks of this
// place were seen to differ. A stack that parted from the others earlier may have anything there, and then
// depends on being the last one once more.
//
// Whatever it says is a hint as to which memo to ask, and the memo itself knows whether it is the right one.
class Spot {
 public:
  bool is(uint16_t key) const { return key_.get() == key; }

  void start(uint16_t key) {
    key_.set(key);
    last_.set(0);
    for (Hint<uint16_t>& place : telling_) place.set(0);
  }

  // The memo that was kept last; 0: none.
  uint32_t last_memo() const { return last_.get(); }
  void set_last_memo(uint32_t number) { last_.set(static_cast<uint16_t>(number)); }

  bool has_several() const { return telling_[0].get() != 0; }

  // From now on stacks are told apart by this word, too.
  void learn(uint16_t place) {
    for (Hint<uint16_t>& known : telling_) {
      if (known.get() == 1 + place) return;
      if (known.get() == 0) return known.set(static_cast<uint16_t>(1 + place));
    }
  }

  // The hash goes on with the telling words as they are on the stack now.
  uint64_t mix_in(uint64_t hash, const unwind::Registers& from, uint64_t high) const {
    const auto* words = reinterpret_cast<const uint64_t*>(from.sp);
    const uint64_t room = from.sp < high ? (high - from.sp) / 8 : 0;
    for (const Hint<uint16_t>& telling : telling_) {
      const uint32_t known = telling.get();
      if (known == 0) break;
      const uint32_t place = known - 1;
      const uint64_t word = place == Memo::kFramePointer ? from.bp : place < room ? words[place] : 0;
      hash = (hash ^ (hash >> 32U) ^ word) * 0xbf58476d1ce4e5b9ULL;
    }
    return hash;
  }

 private:
  static constexpr uint32_t kTelling = 6;

  Hint<uint16_t> key_;
  Hint<uint16_t> last_;
  Hint<uint16_t> telling_[kTelling];  // in words from sp on, plus 1
};
static_assert(sizeof(Spot) == 16);

// The memos of a process. Zeroed memory is one that knows nothing; what is not needed is never touched. The
// oldest memo makes room for a new one.
class Memos {
 public:
  // The stack from there, or 0 where none is remembered.
  uint32_t recall(const unwind::Registers& from, uint32_t root, uint64_t high) const {
    const uint64_t mixed = mix(from, high);
    const uint32_t at = index_in(spots_[group_of(mixed)], key_of(mixed));
    if (at == kSpotsInGroup) return 0;
    const Spot& spot = spots_[group_of(mixed)][at];
    uint32_t number = spot.has_several() ? find(spot.mix_in(mixed, from, high)) : 0;
    if (number == 0) number = spot.last_memo();
    return memos_[number % kMemos].recall(from, root, high);
  }

  // Where the walk is to be kept that must be made where recall() knew nothing.
  class Place {
   public:
    Memo& memo() { return memos_.memos_[number_]; }

    // Whoever gets true has the memo to itself until its end(). A memo that somebody has may never come back
    // (who has it was killed, or is not in this child of fork): the next place is another.
    bool take() {
      if (memo().take()) return true;
      memos_.go_on_after(number_);
      return false;
    }

    // The memo is written. If it is that of a stack it will be found.
    void keep() {
      if (memo().keeps_stack()) memos_.keep(*this);
    }

   private:
    friend class Memos;
    Place(Memos& memos, const unwind::Registers& from, uint64_t high)
        : memos_(memos), from_(from), high_(high), mixed_(mix(from, high)), spot_(memos.spot_for(mixed_)) {}

    [[nodiscard]] uint64_t hash() const { return spot_.mix_in(mixed_, from_, high_); }

    Memos& memos_;
    const unwind::Registers& from_;
    uint64_t high_;
    uint64_t mixed_;
    Spot& spot_;
    uint32_t number_ = 0;
  };

  // `from` must outlive it. Only of a stack that is the thread's own to its end are words looked at before
  // those further in were compared: another one may have gone, and its memory be nobody's.
  Place place_for(const unwind::Registers& from, uint32_t root, uint64_t high) {
    Place place(*this, from, high);
    Spot& spot = place.spot_;
    const uint32_t number = spot.has_several() ? find(place.hash()) : spot.last_memo();
    const Memo& known = memos_[number % kMemos];
    const uint32_t differs = known.first_difference(from, root, high);
    if (differs != Memo::kNowhere && known.came_near(high)) spot.learn(static_cast<uint16_t>(differs));
    place.number_ = 1 + last_.get() % (kMemos - 1);
    return place;
  }

 private:
  static constexpr uint32_t kSpotGroups = 4096;
  static constexpr uint32_t kSpotsInGroup = 4;
  static constexpr uint32_t kBuckets = 4096;
  static constexpr uint32_t kWays = 8;
  static constexpr uint32_t kMemos = 1U << 15U;  // number 0 is nobody's

  static uint64_t mix(const unwind::Registers& from, uint64_t high) {
    return (from.pc ^ (from.sp << 28U) ^ (from.sp >> 36U) ^ (high << 13U)) * 0x9e3779b97f4a7c15ULL;
  }
  static uint32_t group_of(uint64_t mixed) { return static_cast<uint32_t>(mixed >> 52U) % kSpotGroups; }
  static uint16_t key_of(uint64_t mixed) { return static_cast<uint16_t>(mixed >> 36U) | 1U; }

  // kSpotsInGroup: none is.
  static uint32_t index_in(const Spot* group, uint16_t key) {
    uint32_t at = 0;
    while (at < kSpotsInGroup && !group[at].is(key)) ++at;
    return at;
  }

  // In a bucket a memo's number stands beside this part of the stack's hash.
  static constexpr uint32_t kTag = ~(kMemos - 1);
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash) & kTag; }
  static uint32_t bucket_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 52U) % kBuckets; }

  // The number of the memo of that hash; 0: none.
  uint32_t find(uint64_t hash) const {
    uint32_t number = 0;
    for (const Hint<uint32_t>& way : buckets_[bucket_of(hash)]) {  // no branch could foresee which one it is
      const uint32_t differs = way.get() ^ tag_of(hash);
      number |= differs < kMemos ? differs : 0;
    }
    return number;
  }

  Spot& spot_for(uint64_t mixed) {
    Spot* group = spots_[group_of(mixed)];
    const uint32_t at = index_in(group, key_of(mixed));
    if (at != kSpotsInGroup) return group[at];
    const uint32_t free = index_in(group, 0);
    Spot& spot = group[free != kSpotsInGroup ? free : last_.get() % kSpotsInGroup];
    spot.start(key_of(mixed));
    return spot;
  }

  // Others may have gone on further meanwhile.
  void go_on_after(uint32_t number) {
    if ((number - last_.get()) % kMemos < kMemos / 2) last_.set(number);
  }

  void keep(const Place& place) {
    go_on_after(place.number_);
    place.spot_.set_last_memo(place.number_);
    if (!place.spot_.has_several()) return;
    const uint64_t hash = place.hash();
    Hint<uint32_t>* oldest = nullptr;
    uint32_t age_of_oldest = 0;
    for (Hint<uint32_t>& way : buckets_[bucket_of(hash)]) {
      const uint32_t is = way.get();
      const bool is_free = is == 0 || (is & kTag) == tag_of(hash);
      if (is_free) way.set(0);  // one of a tag at most
      const uint32_t age = is_free ? kMemos : (place.number_ - is) % kMemos;
      if (oldest != nullptr && age <= age_of_oldest) continue;
      oldest = &way;
      age_of_oldest = age;
    }
    oldest->set(tag_of(hash) | place.number_);
  }

  Spot spots_[kSpotGroups][kSpotsInGroup];
  Hint<uint32_t> buckets_[kBuckets][kWays];
  Memo memos_[kMemos];
  Hint<uint32_t> last_;  // the number of the memo that was kept last, or that nobody gave back
};

}  // namespace ajar::agent
