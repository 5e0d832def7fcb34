#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ring/consumer.h"
#include "ring/producer.h"

// What tests of lanes and of their consumer have in common.
namespace ajar::ring {

inline constexpr std::uint32_t kCells = 256;                // in each lane
inline constexpr std::uint32_t kOwnLanes = AJAR_LANES - 1;  // those that threads take
inline constexpr std::uint64_t kNever = ~std::uint64_t{0};
inline constexpr std::uint64_t kRingAt = 4096;
inline constexpr std::uint64_t kNodesAt = kRingAt + std::uint64_t{kCells} * AJAR_LANES * AJAR_CELL;
inline constexpr std::uint32_t kNodes = 16;

// A segment in the test's own memory.
class Segment {
 public:
  Segment() : memory_((kNodesAt + kNodes * sizeof(ajar_node)) / sizeof(Line)) {
    ajar_segment& header = this->header();
    header.version = AJAR_WIRE_VERSION;
    header.layout = sizeof(ajar_segment);
    header.size = bytes().size();
    header.ring_offset = kRingAt;
    header.nodes_offset = kNodesAt;
    header.lane_cells = kCells;
    for (ajar_lane& lane : header.lanes) lane.cells = kCells | AJAR_CELLS_STAY;
    header.nodes_capacity = kNodes;
    header.magic = AJAR_WIRE_MAGIC;
  }

  ajar_segment& header() { return *reinterpret_cast<ajar_segment*>(memory_.data()); }
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(memory_)); }
  Consumer consumer() { return Consumer::open(bytes()).value(); }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> memory_;
};

// A record of that time and lane, padded to `bytes`.
inline bool write(Segment& segment, std::uint32_t lane, std::uint64_t time,
                  std::uint32_t bytes = sizeof(ajar_event)) {
  Producer producer(&segment.header(), lane);
  ajar_record* record = producer.reserve(bytes, AJAR_RECORD_EVENT, time);
  if (record == nullptr) return false;
  reinterpret_cast<ajar_event*>(record)->tid = lane;
  producer.commit(record);
  return true;
}

// A record that is begun and not finished.
struct Unfinished {
  Unfinished(Segment& segment, std::uint32_t lane, std::uint64_t time)
      : producer(&segment.header(), lane), record(producer.reserve(100, AJAR_RECORD_EVENT, time)) {}
  void finish() const { producer.commit(record); }

  Producer producer;
  ajar_record* record;
};

inline const ajar_event* next_event(Consumer& consumer) {
  return reinterpret_cast<const ajar_event*>(consumer.next());
}

using Times = std::vector<std::uint64_t>;

inline Times times_left(Consumer& consumer) {
  Times times;
  while (const ajar_record* record = consumer.next()) times.push_back(record->time);
  return times;
}

// What a look at that time finds.
inline Times times_at(Consumer& consumer, std::uint64_t now) {
  consumer.look(now);
  return times_left(consumer);
}

}  // namespace ajar::ring
