#pragma once

#include <stdint.h>

#include "wire/wire.h"

namespace ajar::ring {

// Memory for the cells from `from` to `to` of a lane: `claim` gives it, or false where it cannot be had; then
// `give_back` takes what was given of it. Set once, by an agent that does not give it to all of them at
// first.
struct CellMemory {
  bool (*claim)(ajar_segment& segment, uint32_t lane, uint32_t from, uint32_t to) = nullptr;
  void (*give_back)(ajar_segment& segment, uint32_t lane, uint32_t from, uint32_t to) = nullptr;
};
inline CellMemory cell_memory;

// Doubles the cells of a lane whose positions have not come to their end yet. Where there is no memory for
// more, they stay as many. `cells` is what lane.cells was.
inline void grow(ajar_segment& segment, uint32_t lane, uint32_t cells) {
  constexpr uint32_t kFirst = 256;  // whole pages
  const uint32_t next = cells == 0 ? kFirst : 2 * cells;
  const bool fits = next <= segment.lane_cells && cell_memory.claim != nullptr;
  const bool more = fits && cell_memory.claim(segment, lane, cells, next);
  uint32_t before = cells;
  // Somebody else may have been first, and have got what was refused here.
  const bool first =
      __atomic_compare_exchange_n(&segment.lanes[lane].cells, &before, more ? next : cells | AJAR_CELLS_STAY,
                                  false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
  if (fits && first && !more) cell_memory.give_back(segment, lane, cells, next);
}

// The writing side of a segment's lanes. Freestanding; any number of threads and signal handlers may write to
// a lane at a time: a place is reserved by one compare-and-swap, and a record counts when its stamp is
// stored. Nothing here waits, but for memory.
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

  enum class Room : uint8_t { here, nowhere, look_again };

  // How far there is room, as somebody found earlier, lies beside the head: the reader's own line is asked
  // only when that does not do.
  Room room_for(uint32_t number, uint64_t end, uint32_t cells) const {
    ajar_lane& lane = segment_->lanes[number];
    if (__builtin_expect(end <= __atomic_load_n(&lane.room, __ATOMIC_ACQUIRE), 1)) {
      // More room than these cells: they have become more since.
      return __builtin_expect(__atomic_load_n(&lane.cells, __ATOMIC_ACQUIRE) == cells, 1) ? Room::here
                                                                                          : Room::look_again;
    }
    return find_room(number, end, cells);
  }

  __attribute__((noinline)) Room find_room(uint32_t number, uint64_t end, uint32_t cells) const {
    ajar_lane& lane = segment_->lanes[number];
    const uint32_t count = cells & ~AJAR_CELLS_STAY;
    const bool grows = (cells & AJAR_CELLS_STAY) == 0;
    if (grows && end > count) {
      grow(*segment_, number, cells);
      return Room::look_again;
    }
    const uint64_t room = grows ? count : __atomic_load_n(&lane.tail, __ATOMIC_ACQUIRE) + count;
    __atomic_store_n(&lane.room, room, __ATOMIC_RELEASE);
    return end <= room && count != 0 ? Room::here : Room::nowhere;
  }

  Place reserve_cells(uint32_t number, uint32_t wanted) {
    ajar_lane& lane = segment_->lanes[number];
    uint64_t head = __atomic_load_n(&lane.head, __ATOMIC_RELAXED);
    for (;;) {
      const uint32_t cells = __atomic_load_n(&lane.cells, __ATOMIC_ACQUIRE);
      const uint32_t count = cells & ~AJAR_CELLS_STAY;
      const auto at = static_cast<uint32_t>(head & (uint64_t{count} - 1));
      const uint32_t pad = count == 0 || at + wanted <= count ? 0 : count - at;
      const uint64_t end = head + pad + wanted;
      const Room room = room_for(number, end, cells);
      if (__builtin_expect(room != Room::here, 0)) {
        if (room == Room::nowhere) return {};
        continue;
      }
      if (!__atomic_compare_exchange_n(&lane.head, &head, end, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        continue;
      }
      for (uint32_t i = 0; i < pad; ++i) fill_pad(number, head + i, count);
      return {at_position(number, head + pad, count), head + pad};
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

  ajar_record* at_position(uint32_t lane, uint64_t position, uint32_t count) const {
    auto* cells = reinterpret_cast<uint8_t*>(segment_) + segment_->ring_offset;
    const uint64_t cell = uint64_t{lane} * segment_->lane_cells + (position & (uint64_t{count} - 1));
    return reinterpret_cast<ajar_record*>(cells + cell * AJAR_CELL);
  }
  void fill_pad(uint32_t lane, uint64_t position, uint32_t count) const {
    ajar_record* record = at_position(lane, position, count);
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
