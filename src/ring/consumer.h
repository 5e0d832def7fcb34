#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "wire/wire.h"

namespace ajar::ring {

// The reading side of a segment, over memory that somebody else maps. The producer is a victim: whatever its
// memory says is checked before it is used. One thread at a time.
class Consumer {
 public:
  // Success for a segment that is ready. `not yet` (an error with an empty message) while its magic is
  // missing.
  static base::Result<Consumer> open(std::span<std::byte> memory);

  // The next whole record, copied into the object's own buffer (valid until the next call): nullptr when
  // there is none now. `writer_gone`: nobody will complete a record any more, so a hole is skipped and
  // counted.
  const ajar_record* next(bool writer_gone);

  // A record that was reserved long ago and never completed (its thread is stuck or left by longjmp): skips
  // it.
  void skip_hole();
  [[nodiscard]] bool at_hole();

  // Gives the cells read so far back to the producer.
  void release();

  [[nodiscard]] const ajar_segment& header() const { return *segment_; }
  // Copies of what the header said when the segment was opened: a victim may change it later.
  [[nodiscard]] std::uint32_t node_base() const { return node_base_; }
  [[nodiscard]] std::uint32_t nodes_ready() const;
  [[nodiscard]] ajar_node node(std::uint32_t index) const;  // index < nodes_ready()
  [[nodiscard]] std::uint64_t lost() const;  // events dropped by the producer, or lost in holes
  [[nodiscard]] bool exited() const;
  // How full the ring is.
  [[nodiscard]] std::uint32_t fill_percent() const;
  // Tells the agent that nobody reads any more.
  void detach();

 private:
  Consumer(ajar_segment* segment, std::span<std::byte> memory);
  [[nodiscard]] const ajar_record* at(std::uint64_t position) const;
  [[nodiscard]] bool ready(std::uint64_t position) const;
  [[nodiscard]] std::uint64_t look_at_head();

  ajar_segment* segment_;
  const std::byte* ring_;
  const std::byte* nodes_;
  std::uint32_t cells_;
  std::uint32_t nodes_capacity_;
  std::uint32_t node_base_;
  std::uint64_t position_;
  std::uint64_t known_head_;  // as of the last look: each look takes the cache line away from the writers
  std::uint64_t holes_ = 0;
  alignas(8) std::byte copy_[static_cast<std::size_t>(AJAR_MAX_CELLS) * AJAR_CELL];
};

}  // namespace ajar::ring
