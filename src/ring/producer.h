#pragma once

#include <stdint.h>

#include "wire/wire.h"

namespace ajar::ring {

// Gives memory to the lane's cells up to `end`, where the segment is claimed piece by piece. False where it
// cannot be had. Set once, by the agent.
using ClaimCells = bool (*)(ajar_segment& segment, uint32_t lane, uint64_t end);
inline ClaimCells claim_cells = nullptr;

// The writing side of a segment's lanes. Freestanding; any number of threads and signal handlers may write to
// a lane at a time: a place is reserved by one compare-and-swap, and a record counts when its stamp is
// stored. Nothing here waits.
class Producer {
 public:
  // `lane` is the one to write to while there is room in it.
  Producer(ajar_segment* segment, uint32_t lane) : segment_(segment), lane_(lane % AJAR_LANES) {}

  // A place for a record of `bytes` bytes, in another lane where the own one is full, or nullptr when all
  // are. The caller fills everything after the ajar_record, then calls commit with the same pointer.
  ajar_record* reserve(uint32_t bytes, ajar_record_kind kind, uint64_t time) {
    Place place = reserve_cells(lane_, (bytes + AJAR_CELL - 1) / AJAR_CELL);
    if (__builtin_expect(place.record == nullptr, 0)) {
      place = reserve_elsewhere((bytes + AJAR_CELL - 1) / AJAR_CELL);
      if (place.record == nullptr) return nullptr;
    }
    place.record->kind = static_cast<ajar_u8>(kind);
    place.record->cells = static_cast<ajar_u8>((bytes + AJAR_CELL - 1) / AJAR_CELL);
    place.record->length = static_cast<ajar_u16>(bytes);
    place.record->time = time;
    stamp_ = stamp_of(place.position);
    return place.record;
  }

  // For the record that the last reserve() of this object gave: so an object is used by one thread at a time
  // (copies are cheap).
  void commit(ajar_record* record) const { __atomic_store_n(&record->stamp, stamp_, __ATOMIC_RELEASE); }

 private:
  struct Place {
    ajar_record* record = nullptr;
    uint64_t position = 0;
  };

  static ajar_u32 stamp_of(uint64_t position) { return static_cast<ajar_u32>(position + 1); }

  // How far there is room, as somebody found earlier, lies beside the head: the reader's own line is asked
  // only when that does not do.
  bool has_room(uint32_t number, uint64_t end, uint32_t count) const {
    return __builtin_expect(end <= __atomic_load_n(&segment_->lanes[number].room, __ATOMIC_ACQUIRE), 1) ||
           find_room(number, end, count);
  }

  __attribute__((noinline)) bool find_room(uint32_t number, uint64_t end, uint32_t count) const {
    ajar_lane& lane = segment_->lanes[number];
    uint64_t room = __atomic_load_n(&lane.tail, __ATOMIC_ACQUIRE) + count;
    if (end <= room && segment_->piecewise != 0) {
      uint64_t claimed = __atomic_load_n(&lane.claimed, __ATOMIC_ACQUIRE);
      if (claimed < count && end > claimed) {
        if (claim_cells == nullptr || !claim_cells(*segment_, number, end)) return false;
        claimed = __atomic_load_n(&lane.claimed, __ATOMIC_ACQUIRE);
      }
      if (claimed < count && claimed < room) room = claimed;  // the first time around
    }
    __atomic_store_n(&lane.room, room, __ATOMIC_RELEASE);
    return end <= room;
  }

  Place reserve_cells(uint32_t number, uint32_t cells) {
    const uint32_t count = segment_->lane_cells;
    ajar_lane& lane = segment_->lanes[number];
    uint64_t head = __atomic_load_n(&lane.head, __ATOMIC_RELAXED);
    for (;;) {
      const auto at = static_cast<uint32_t>(head & (count - 1));
      const uint32_t pad = at + cells <= count ? 0 : count - at;
      const uint64_t end = head + pad + cells;
      if (!has_room(number, end, count)) return {};
      if (!__atomic_compare_exchange_n(&lane.head, &head, end, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        continue;
      }
      for (uint32_t i = 0; i < pad; ++i) fill_pad(number, head + i);
      return {at_position(number, head + pad), head + pad};
    }
  }

  // Not in the image's lane, which must have room for modules. The order of the records is their times'.
  __attribute__((noinline)) Place reserve_elsewhere(uint32_t cells) {
    Place place;
    for (uint32_t i = 1; i < AJAR_LANES && place.record == nullptr; ++i) {
      const uint32_t lane = (lane_ + i) % AJAR_LANES;
      if (lane != AJAR_IMAGE_LANE) place = reserve_cells(lane, cells);
    }
    return place;
  }

  ajar_record* at_position(uint32_t lane, uint64_t position) const {
    const uint64_t count = segment_->lane_cells;
    auto* cells = reinterpret_cast<uint8_t*>(segment_) + segment_->ring_offset;
    return reinterpret_cast<ajar_record*>(cells + (lane * count + (position & (count - 1))) * AJAR_CELL);
  }
  void fill_pad(uint32_t lane, uint64_t position) const {
    ajar_record* record = at_position(lane, position);
    record->kind = AJAR_RECORD_PAD;
    record->cells = 1;
    record->length = sizeof(ajar_record);
    __atomic_store_n(&record->stamp, stamp_of(position), __ATOMIC_RELEASE);
  }

  ajar_segment* segment_;
  uint32_t lane_;
  ajar_u32 stamp_ = 0;
};

// The lane in which the least was written: that of threads that are gone or have little to tell, as likely as
// not. For a thread to take when it begins to write.
inline uint32_t quietest_lane(const ajar_segment& segment) {
  uint32_t quietest = AJAR_IMAGE_LANE + 1;
  uint64_t least = ~uint64_t{0};
  for (uint32_t lane = 0; lane < AJAR_LANES; ++lane) {
    if (lane == AJAR_IMAGE_LANE) continue;
    const uint64_t head = __atomic_load_n(&segment.lanes[lane].head, __ATOMIC_RELAXED);
    if (head >= least) continue;
    least = head;
    quietest = lane;
  }
  return quietest;
}

}  // namespace ajar::ring
