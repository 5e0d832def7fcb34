#include "ring/consumer.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace ajar::ring {
namespace {

template <typename T>
T load(const T* at) {
  return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

}  // namespace

base::Result<Consumer> Consumer::open(std::span<std::byte> memory) {
  if (memory.size() < sizeof(ajar_segment)) return base::Error("");
  auto* segment = reinterpret_cast<ajar_segment*>(memory.data());
  if (load(&segment->magic) != AJAR_WIRE_MAGIC) return base::Error("");
  const ajar_segment header = *segment;  // the victim may change it
  if (header.version != AJAR_WIRE_VERSION || header.layout != sizeof(ajar_segment)) {
    return base::Error("the agent in the program is of another version of ajar");
  }
  const std::uint64_t ring_bytes = std::uint64_t{header.lane_cells} * AJAR_LANES * AJAR_CELL;
  const std::uint64_t node_bytes = std::uint64_t{header.nodes_capacity} * sizeof(ajar_node);
  const auto fits = [&](std::uint64_t offset, std::uint64_t bytes) {
    return offset >= sizeof(ajar_segment) && offset <= memory.size() && bytes <= memory.size() - offset;
  };
  if (!std::has_single_bit(header.lane_cells) || header.lane_cells < AJAR_MAX_CELLS ||
      !fits(header.ring_offset, ring_bytes) || !fits(header.nodes_offset, node_bytes)) {
    return base::Error("the segment's header makes no sense");
  }
  return Consumer(segment, header, memory);
}

Consumer::Consumer(ajar_segment* segment, const ajar_segment& header, std::span<std::byte> memory)
    : segment_(segment),
      ring_(memory.data() + header.ring_offset),
      nodes_(memory.data() + header.nodes_offset),
      cells_(header.lane_cells),
      nodes_capacity_(header.nodes_capacity),
      node_base_(header.node_base) {
  for (Lane& lane : lanes_) {
    lane.position = header.lanes[number_of(lane)].tail;
    lane.released = lane.due = lane.end = lane.position;
    lane.count = cells_;
  }
}

const ajar_record* Consumer::at(const Lane& lane, std::uint64_t position) const {
  const std::uint64_t cell = number_of(lane) * std::uint64_t{cells_} + (position & (lane.count - 1));
  return reinterpret_cast<const ajar_record*>(ring_ + cell * AJAR_CELL);
}

// Of the whole record at a position; 0 where there is none. What the victim's memory says may change at any
// time, so this is asked once.
std::uint32_t Consumer::cells_of(const Lane& lane, std::uint64_t position) const {
  const ajar_record* record = at(lane, position);
  if (load(&record->stamp) != static_cast<ajar_u32>(position + 1)) return 0;
  const std::uint32_t cells = load(&record->cells);
  const std::uint32_t to_end = lane.count - static_cast<std::uint32_t>(position & (lane.count - 1));
  return cells <= std::min(AJAR_MAX_CELLS, to_end) ? cells : 0;
}

// A victim may write anything.
std::uint32_t Consumer::count_of(std::uint32_t cells) const {
  const std::uint32_t count = cells & ~AJAR_CELLS_STAY;
  return std::has_single_bit(count) && count >= AJAR_MAX_CELLS && count <= cells_ ? count : cells_;
}

// Fixes where the reserved cells end. No producer gets further ahead than one lap: a header that says so was
// overwritten, and there is nothing to read. The first lane is looked at last: then it has all that the other
// lanes' records refer to.
void Consumer::look_at_heads() {
  std::uint64_t filled = 0;
  std::uint64_t room = 0;
  static_assert(AJAR_IMAGE_LANE == 0);
  for (std::size_t i = AJAR_LANES; i-- > 0;) {
    Lane& lane = lanes_[i];
    const std::uint64_t head = load(&segment_->lanes[i].head);
    const std::uint32_t cells =
        load(&segment_->lanes[i].cells);  // after the head, which may have needed more
    lane.count = count_of(cells);
    lane.due = lane.end;
    lane.end = head - lane.position <= lane.count ? head : lane.position;
    filled += lane.end - lane.position;
    room += (cells & AJAR_CELLS_STAY) != 0 ? lane.count : cells_;
  }
  fill_percent_ = static_cast<std::uint32_t>(filled * 100 / room);
  until_ = 0;
}

void Consumer::look(std::uint64_t now) {
  constexpr std::uint32_t kFillingUp = 50;
  look_at_heads();
  look_time_ = now;
  holes_wait_ = fill_percent_ < kFillingUp;
  for (Lane& lane : lanes_) skip_old_hole(lane, now);
}

void Consumer::look_at_the_last() {
  look_at_heads();
  last_look_ = true;
}

void Consumer::skip_old_hole(Lane& lane, std::uint64_t now) {
  if (lane.position >= lane.end || cells_of(lane, lane.position) != 0) {
    lane.hole_since = 0;
  } else if (lane.hole_since == 0 || lane.hole_at != lane.position) {
    lane.hole_since = now;
    lane.hole_at = lane.position;
  } else if (now - lane.hole_since > kPatience) {
    skip_hole(lane);
  }
}

void Consumer::skip_hole(Lane& lane) {
  ++holes_;
  do {
    ++lane.position;
  } while (lane.position < lane.end && cells_of(lane, lane.position) == 0);
}

// Whether the lane's next record can be read now, with its time. What a victim writes as a time must not make
// its record wait for ever.
Consumer::Front Consumer::find_front(Lane& lane) {
  for (;;) {
    if (lane.position >= lane.end) return Front::nothing;
    lane.cells = cells_of(lane, lane.position);
    if (lane.cells == 0) {
      if (!last_look_) return Front::hole;
      skip_hole(lane);
      continue;
    }
    const ajar_record* record = at(lane, lane.position);
    if (load(&record->kind) == AJAR_RECORD_PAD) {
      lane.position += lane.cells;
      continue;
    }
    lane.time = number_of(lane) == AJAR_IMAGE_LANE ? 0 : load(&record->time);
    if (last_look_ || lane.time <= look_time_) return Front::record;
    if (lane.position >= lane.due) return Front::nothing;
    lane.time = look_time_;
    return Front::record;
  }
}

// The lane to read from; nullptr where there is nothing to be read now. It is kept while it stays the one
// with the earliest record.
Consumer::Lane* Consumer::earliest() {
  Lane& current = lanes_[current_];
  if (until_ != 0 && find_front(current) == Front::record && current.time <= until_) return &current;
  Lane* first = nullptr;
  std::uint64_t second = ~std::uint64_t{0};  // time of the earliest record that another lane has
  for (Lane& lane : lanes_) {
    const Front front = find_front(lane);
    const bool waits = holes_wait_ || number_of(lane) == AJAR_IMAGE_LANE;
    if (front == Front::hole && waits) return nullptr;
    if (front != Front::record) continue;
    if (first == nullptr) {
      first = &lane;
    } else if (lane.time < first->time) {
      second = first->time;
      first = &lane;
    } else {
      second = std::min(second, lane.time);
    }
  }
  if (first == nullptr) return nullptr;
  current_ = number_of(*first);
  until_ = second;
  return first;
}

const ajar_record* Consumer::next() {
  Lane* lane = earliest();
  if (lane == nullptr) return nullptr;
  std::memcpy(copy_, at(*lane, lane->position), static_cast<std::size_t>(lane->cells) * AJAR_CELL);
  lane->position += lane->cells;
  auto* copy = reinterpret_cast<ajar_record*>(copy_);
  copy->cells = static_cast<ajar_u8>(lane->cells);
  copy->length = static_cast<ajar_u16>(std::min<std::uint32_t>(copy->length, lane->cells * AJAR_CELL));
  return copy;
}

void Consumer::release() {
  for (Lane& lane : lanes_) {
    if (lane.released == lane.position) continue;
    lane.released = lane.position;
    __atomic_store_n(&segment_->lanes[number_of(lane)].tail, lane.position, __ATOMIC_RELEASE);
  }
}

std::uint32_t Consumer::nodes_ready() const {
  return std::min(load(&segment_->nodes_used), nodes_capacity_);
}

ajar_node Consumer::node(std::uint32_t index) const {
  ajar_node node{};
  std::memcpy(&node, nodes_ + static_cast<std::size_t>(index) * sizeof(ajar_node), sizeof(node));
  return node;
}

std::uint64_t Consumer::lost() const {
  return load(&segment_->lost) + holes_;
}

bool Consumer::exited() const {
  return load(&segment_->exited) != 0;
}

void Consumer::detach() {
  __atomic_store_n(&segment_->detached, 1U, __ATOMIC_RELEASE);
}

}  // namespace ajar::ring
