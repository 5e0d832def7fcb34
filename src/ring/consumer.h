#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "wire/wire.h"

namespace ajar::ring {

// The reading side of a segment, over memory that somebody else maps. The producer is a victim: whatever its
// memory says is checked before it is used. One thread at a time.
//
// Order. Each lane is read in its own order, and of the lanes' first records the one with the earliest time
// comes next. look() fixes what is there, with the time before it looked: a record that is later than that
// time waits for the next look, since another lane may have got an earlier one after it was looked at. A
// record that was reserved and is not finished may be earlier than all others, so all wait for it, unless the
// lanes are filling up. The first lane goes before all others: what it says of code must be known before
// events tell of that code.
//
// So records come in the order of their times but for those whose writer was interrupted between taking the
// time and reserving a place; of these nothing is known until they are there.
class Consumer {
 public:
  // Success for a segment that is ready. `not yet` (an error with an empty message) while its magic is
  // missing.
  static base::Result<Consumer> open(std::span<std::byte> memory);

  // Looks what there is to be read from now on. `now` is the time in the clock of the segment, taken before
  // the call. A record that has not been finished for kPatience is skipped and counted as lost: its thread
  // left it by longjmp out of a signal handler, or was killed alone.
  void look(std::uint64_t now);
  static constexpr std::uint64_t kPatience = 3'000'000'000;  // of the clock: half a second or more

  // The same when nobody writes any more: everything is read, and what is not finished is skipped at once.
  void look_at_the_last();

  // The next whole record of the last look, copied into the object's own buffer (valid until the next call):
  // nullptr when there is none now.
  const ajar_record* next();

  // Gives the cells read so far back to the producer.
  void release();

  [[nodiscard]] const ajar_segment& header() const { return *segment_; }
  // Copies of what the header said when the segment was opened: a victim may change it later.
  [[nodiscard]] std::uint32_t node_base() const { return node_base_; }
  [[nodiscard]] std::uint32_t nodes_ready() const;
  [[nodiscard]] ajar_node node(std::uint32_t index) const;  // index < nodes_ready()
  [[nodiscard]] std::uint64_t lost() const;  // events dropped by the producer, or lost in holes
  [[nodiscard]] bool exited() const;
  // How full all lanes together were at the last look.
  [[nodiscard]] std::uint32_t fill_percent() const { return fill_percent_; }
  // Cells in all lanes.
  [[nodiscard]] std::uint64_t capacity() const { return std::uint64_t{cells_} * AJAR_LANES; }
  // Tells the agent that nobody reads any more.
  void detach();

 private:
  struct Lane {
    std::uint64_t position = 0;    // of what is read next
    std::uint64_t released = 0;    // as the producer knows it
    std::uint64_t due = 0;         // what lies before it was there at the look before: it waits no longer
    std::uint64_t end = 0;         // of what the last look found
    std::uint64_t hole_since = 0;  // 0: the last look found no hole
    std::uint64_t hole_at = 0;
    std::uint64_t time = 0;   // of the record at `position`, where it can be read now
    std::uint32_t cells = 0;  // the same
    std::uint32_t count = 0;  // the lane's cells, as of the last look
  };
  enum class Front : std::uint8_t { record, nothing, hole };

  Consumer(ajar_segment* segment, const ajar_segment& header, std::span<std::byte> memory);
  [[nodiscard]] std::size_t number_of(const Lane& lane) const {
    return static_cast<std::size_t>(&lane - lanes_.data());
  }
  [[nodiscard]] const ajar_record* at(const Lane& lane, std::uint64_t position) const;
  [[nodiscard]] std::uint32_t cells_of(const Lane& lane, std::uint64_t position) const;
  void look_at_heads();
  [[nodiscard]] std::uint32_t count_of(std::uint32_t cells) const;
  void skip_old_hole(Lane& lane, std::uint64_t now);
  void skip_hole(Lane& lane);
  Front find_front(Lane& lane);
  Lane* earliest();

  ajar_segment* segment_;
  const std::byte* ring_;
  const std::byte* nodes_;
  std::uint32_t cells_;  // of each lane, the most
  std::uint32_t nodes_capacity_;
  std::uint32_t node_base_;
  std::array<Lane, AJAR_LANES> lanes_{};
  std::size_t current_ = 0;      // the lane that is read from …
  std::uint64_t until_ = 0;      // … while its records are not later than this; 0: it must be chosen anew
  std::uint64_t look_time_ = 0;  // what is later waits
  bool holes_wait_ = true;       // for whoever is writing there
  bool last_look_ = false;
  std::uint32_t fill_percent_ = 0;
  std::uint64_t holes_ = 0;
  alignas(8) std::byte copy_[static_cast<std::size_t>(AJAR_MAX_CELLS) * AJAR_CELL];
};

}  // namespace ajar::ring
