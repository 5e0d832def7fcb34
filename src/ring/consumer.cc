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
  if (segment->version != AJAR_WIRE_VERSION || segment->layout != sizeof(ajar_segment)) {
    return base::Error("the agent in the program is of another version of ajar");
  }
  const std::uint64_t ring_bytes = static_cast<std::uint64_t>(segment->ring_cells) * AJAR_CELL;
  const std::uint64_t node_bytes = static_cast<std::uint64_t>(segment->nodes_capacity) * sizeof(ajar_node);
  const auto fits = [&](std::uint64_t offset, std::uint64_t bytes) {
    return offset >= sizeof(ajar_segment) && offset <= memory.size() && bytes <= memory.size() - offset;
  };
  if (!std::has_single_bit(segment->ring_cells) || segment->ring_cells < AJAR_MAX_CELLS ||
      !fits(segment->ring_offset, ring_bytes) || !fits(segment->nodes_offset, node_bytes)) {
    return base::Error("the segment's header makes no sense");
  }
  return Consumer(segment, memory);
}

Consumer::Consumer(ajar_segment* segment, std::span<std::byte> memory)
    : segment_(segment),
      ring_(memory.data() + segment->ring_offset),
      nodes_(memory.data() + segment->nodes_offset),
      cells_(segment->ring_cells),
      nodes_capacity_(segment->nodes_capacity),
      node_base_(segment->node_base),
      position_(load(&segment->tail)),
      known_head_(position_) {}

const ajar_record* Consumer::at(std::uint64_t position) const {
  return reinterpret_cast<const ajar_record*>(ring_ + (position & (cells_ - 1)) * AJAR_CELL);
}

bool Consumer::ready(std::uint64_t position) const {
  const ajar_record* record = at(position);
  if (load(&record->stamp) != static_cast<ajar_u32>(position + 1)) return false;
  const std::uint32_t to_end = cells_ - static_cast<std::uint32_t>(position & (cells_ - 1));
  return record->cells >= 1 && record->cells <= std::min(AJAR_MAX_CELLS, to_end);
}

// Where the reserved cells end. No producer gets further ahead than one lap: a header that says so was
// overwritten, and there is nothing to read.
std::uint64_t Consumer::look_at_head() {
  const std::uint64_t head = load(&segment_->head);
  known_head_ = head - position_ <= cells_ ? head : position_;
  return known_head_;
}

const ajar_record* Consumer::next(bool writer_gone) {
  for (;;) {
    if (position_ >= known_head_ && position_ >= look_at_head()) return nullptr;
    if (!ready(position_)) {
      if (!writer_gone) return nullptr;
      skip_hole();
      continue;
    }
    const ajar_record* record = at(position_);
    const std::uint32_t cells = record->cells;
    std::memcpy(copy_, record, static_cast<std::size_t>(cells) * AJAR_CELL);
    position_ += cells;
    auto* copy = reinterpret_cast<ajar_record*>(copy_);
    copy->cells = static_cast<ajar_u8>(cells);
    copy->length = static_cast<ajar_u16>(std::min<std::uint32_t>(copy->length, cells * AJAR_CELL));
    if (copy->kind != AJAR_RECORD_PAD) return copy;
  }
}

bool Consumer::at_hole() {
  return position_ < look_at_head() && !ready(position_);
}

void Consumer::skip_hole() {
  const std::uint64_t head = look_at_head();
  if (position_ >= head) return;
  ++holes_;
  do {
    ++position_;
  } while (position_ < head && !ready(position_));
}

void Consumer::release() {
  __atomic_store_n(&segment_->tail, position_, __ATOMIC_RELEASE);
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

std::uint32_t Consumer::fill_percent() const {
  return static_cast<std::uint32_t>((load(&segment_->head) - load(&segment_->tail)) * 100 / cells_);
}

void Consumer::detach() {
  __atomic_store_n(&segment_->detached, 1U, __ATOMIC_RELEASE);
}

}  // namespace ajar::ring
