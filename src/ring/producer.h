#pragma once

#include <stdint.h>

#include "wire/wire.h"

namespace ajar::ring {

// The writing side of a segment's ring. Freestanding; any number of threads and signal handlers may write at
// a time: a place is reserved by one compare-and-swap, and a record counts when its stamp is stored. Nothing
// here waits.
class Producer {
 public:
  Producer() = default;
  explicit Producer(ajar_segment* segment)
      : segment_(segment),
        cells_(reinterpret_cast<uint8_t*>(segment) + segment->ring_offset),
        count_(segment->ring_cells) {}

  // A place for a record of `bytes` bytes, or nullptr when the ring is full. The caller fills everything
  // after the ajar_record, then calls commit with the same pointer.
  ajar_record* reserve(uint32_t bytes, ajar_record_kind kind) {
    const uint32_t cells = (bytes + AJAR_CELL - 1) / AJAR_CELL;
    uint64_t head = __atomic_load_n(&segment_->head, __ATOMIC_RELAXED);
    for (;;) {
      const auto at = static_cast<uint32_t>(head & (count_ - 1));
      const uint32_t pad = at + cells <= count_ ? 0 : count_ - at;
      const uint64_t tail = __atomic_load_n(&segment_->tail, __ATOMIC_ACQUIRE);
      if (head + pad + cells - tail > count_) return nullptr;
      if (!__atomic_compare_exchange_n(&segment_->head, &head, head + pad + cells, true, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED)) {
        continue;
      }
      for (uint32_t i = 0; i < pad; ++i) fill_pad(head + i);
      ajar_record* record = at_position(head + pad);
      record->kind = static_cast<ajar_u8>(kind);
      record->cells = static_cast<ajar_u8>(cells);
      record->length = static_cast<ajar_u16>(bytes);
      position_ = head + pad;
      return record;
    }
  }

  // For the record that the last reserve() of this object gave: so an object is used by one thread at a time
  // (copies are cheap).
  void commit(ajar_record* record) const {
    __atomic_store_n(&record->stamp, static_cast<ajar_u32>(position_ + 1), __ATOMIC_RELEASE);
  }

 private:
  ajar_record* at_position(uint64_t position) const {
    return reinterpret_cast<ajar_record*>(cells_ + (position & (count_ - 1)) * AJAR_CELL);
  }
  void fill_pad(uint64_t position) const {
    ajar_record* record = at_position(position);
    record->kind = AJAR_RECORD_PAD;
    record->cells = 1;
    record->length = sizeof(ajar_record);
    __atomic_store_n(&record->stamp, static_cast<ajar_u32>(position + 1), __ATOMIC_RELEASE);
  }

  ajar_segment* segment_ = nullptr;
  uint8_t* cells_ = nullptr;
  uint32_t count_ = 0;
  uint64_t position_ = 0;
};

}  // namespace ajar::ring
