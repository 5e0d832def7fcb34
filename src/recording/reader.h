#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/source.h"
#include "recording/block_scanner.h"
#include "recording/event_stream.h"
#include "recording/unpacker.h"

namespace ajar::recording {

// Reads a recording from bytes that somebody else holds (a mapped file). Whatever is damaged is skipped and
// counted. All blocks are found, and the world is filled, when the bytes are given; read() then tells what
// happened, a block at a time: for each block of events as many calls as it takes.
//
// Handles that were open at the start of a segment are told as the events that opened them, before the
// segment's own, if a segment before it is missing or damaged; an observer may then be told of an opening
// that it knows already.
//
// Memory: the world, some 50 bytes for a block, what one block or one snapshot unpacks to, and 3 MiB of
// events. One thread at a time; read() has another one decode ahead, but tells the observer on its caller's.
class Reader final : public model::Source {
 public:
  // Refuses, in words, what is no recording or one of a later major version. The bytes must stay until the
  // next update() or the reader's end. Of a growing file an unfinished last block is what is yet to come; of
  // a whole one it is damage.
  static base::Result<std::unique_ptr<Reader>> open(std::span<const std::byte> bytes,
                                                    File file = File::whole);

  // Of a growing file: there is more now, after the same bytes as before (they may have moved). With
  // File::whole there will be no more. Cursors stay valid.
  void update(std::span<const std::byte> bytes, File file);

  // Whether the recording says that it is complete; otherwise its writer was cut off, or still writes.
  [[nodiscard]] bool ended() const { return ended_; }

  [[nodiscard]] const model::World& world() const override { return world_; }
  // The same, to lay names over those that the recording has; nothing else of it may be changed.
  [[nodiscard]] model::World& world_to_name() { return world_; }
  [[nodiscard]] const model::Damage& damage() const override { return scanner_.damage(); }
  [[nodiscard]] model::Time end() const override { return end_; }
  void read(model::Cursor& cursor, model::Observer& observer) override;

 private:
  // A block that read() tells of.
  struct Told {
    Block block;
    bool noted = false;  // that something is wrong with what it holds
  };
  using Payload = std::optional<std::span<const std::byte>>;

  Reader() = default;
  void scan();
  void take(const Block& block);
  void take_segment_start(const Block& block);
  void take_open_handles(const Block& block);
  void take_into_world(const Block& block);

  // Give how many blocks were told of: 0 where the rest of a snapshot is yet to come.
  std::size_t tell(std::size_t first, model::Observer& observer, EventStream& events);
  std::size_t tell_events(Told& told, model::Observer& observer, EventStream& events);
  std::size_t tell_losses(Told& told, model::Observer& observer);
  std::size_t tell_counts(Told& told, model::Observer& observer);
  std::size_t tell_system_log(Told& told, model::Observer& observer);
  std::size_t tell_snapshot(std::size_t first, model::Observer& observer);
  [[nodiscard]] std::size_t snapshot_parts(std::size_t first) const;
  [[nodiscard]] std::vector<Block> event_blocks(std::size_t first) const;

  Payload payload(const Block& block) { return unpacker_.payload(bytes_, block); }
  void count(const Block& block, const Outcome& outcome);
  void count_once(Told& told, const Outcome& outcome);

  std::span<const std::byte> bytes_;
  File file_ = File::whole;
  BlockScanner scanner_;
  model::World world_;
  model::Time end_{};
  bool ended_ = false;

  std::vector<Told> told_;
  std::uint32_t next_segment_ = 1;
  bool past_missing_ = false;        // so the next checkpoint's open handles are told
  bool checkpoint_damaged_ = false;  // so are those of the one after
  std::uint64_t damage_seen_ = 0;    // bytes

  Unpacker unpacker_;
};

}  // namespace ajar::recording
