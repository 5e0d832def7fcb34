#include "recording/reader.h"

#include <algorithm>

#include "recording/definitions.h"
#include "recording/file_start.h"
#include "recording/snapshot_codec.h"
#include "recording/symbol_codec.h"

namespace ajar::recording {

base::Result<std::unique_ptr<Reader>> Reader::open(std::span<const std::byte> bytes, File file) {
  const base::Result<FileStart> start = check_file_start(bytes);
  if (!start.ok()) return start.error();
  std::unique_ptr<Reader> reader(new Reader);
  if (start.value().damaged) reader->scanner_.add_damage(0, kFileHeaderSize);
  reader->damage_seen_ = reader->damage().bytes;  // nothing that happened is lost with the header
  reader->update(bytes, file);
  return reader;
}

void Reader::update(std::span<const std::byte> bytes, File file) {
  bytes_ = bytes;
  file_ = file;
  scan();
}

void Reader::scan() {
  while (const std::optional<Block> block = scanner_.next(bytes_, file_)) {
    if (damage().bytes != damage_seen_) past_missing_ = checkpoint_damaged_ = true;
    take(*block);
    damage_seen_ = damage().bytes;
  }
}

void Reader::take(const Block& block) {
  end_ = std::max(end_, block.header.time);
  if ((block.header.flags & ~kKnownFlags) != 0) return scanner_.add_unknown_block();
  switch (static_cast<BlockType>(block.header.type)) {
    case BlockType::segment_start:
      take_segment_start(block);
      break;
    case BlockType::origin:
    case BlockType::definitions:
    case BlockType::symbols:
      take_into_world(block);
      break;
    case BlockType::events:
    case BlockType::snapshot:
    case BlockType::counts:
    case BlockType::loss:
    case BlockType::system_log:
      told_.push_back({.block = block});
      break;
    case BlockType::open_handles:
      take_open_handles(block);
      break;
    case BlockType::end:
      ended_ = true;
      break;
    default:
      scanner_.add_unknown_block();
  }
  damage_seen_ = damage().bytes;
}

void Reader::take_segment_start(const Block& block) {
  const Payload bytes = payload(block);
  base::ByteReader in(bytes.value_or(std::span<const std::byte>()));
  SegmentStart start;
  read_record(in, start);
  if (!in.ok() || start.sequence != next_segment_) past_missing_ = true;
  count(block, {.damaged = !in.ok()});
  next_segment_ = start.sequence + 1;
  checkpoint_damaged_ = !in.ok();
}

// The last block of a checkpoint: from here on the past is known, unless a part of the checkpoint is damaged.
void Reader::take_open_handles(const Block& block) {
  if (past_missing_) told_.push_back({.block = block});
  if (!block.header.has(kFlagMore)) past_missing_ = past_missing_ && checkpoint_damaged_;
}

void Reader::take_into_world(const Block& block) {
  const Payload bytes = payload(block);
  if (!bytes) return count(block, {.damaged = true});
  if (block.header.is(BlockType::definitions)) {
    return count(block, read_definitions(*bytes, bytes_.size(), world_));
  }
  if (block.header.is(BlockType::symbols)) return count(block, read_symbols(*bytes, world_));
  base::ByteReader in(*bytes);
  model::Origin origin;
  read_record(in, origin);
  if (in.ok()) world_.origin = std::move(origin);
  count(block, {.damaged = !in.ok()});
}

void Reader::read(model::Cursor& cursor, model::Observer& observer) {
  EventStream events(bytes_, event_blocks(static_cast<std::size_t>(cursor.position)));
  while (cursor.position < told_.size()) {
    const std::size_t told = tell(static_cast<std::size_t>(cursor.position), observer, events);
    if (told == 0) return;
    cursor.position += told;
  }
}

// All that tell_events() is for.
std::vector<Block> Reader::event_blocks(std::size_t first) const {
  std::vector<Block> blocks;
  for (std::size_t at = first; at < told_.size(); ++at) {
    const BlockHeader& header = told_[at].block.header;
    const bool has_none = header.is(BlockType::snapshot) || header.is(BlockType::loss) ||
                          header.is(BlockType::counts) || header.is(BlockType::system_log);
    if (has_none) continue;
    blocks.push_back(told_[at].block);
  }
  return blocks;
}

std::size_t Reader::tell(std::size_t first, model::Observer& observer, EventStream& events) {
  Told& told = told_[first];
  if (told.block.header.is(BlockType::snapshot)) return tell_snapshot(first, observer);
  if (told.block.header.is(BlockType::loss)) return tell_losses(told, observer);
  if (told.block.header.is(BlockType::counts)) return tell_counts(told, observer);
  if (told.block.header.is(BlockType::system_log)) return tell_system_log(told, observer);
  return tell_events(told, observer, events);
}

std::size_t Reader::tell_events(Told& told, model::Observer& observer, EventStream& events) {
  for (auto some = events.next(); !some.empty(); some = events.next()) observer.on_events(world_, some);
  count_once(told, events.outcome());
  return 1;
}

std::size_t Reader::tell_losses(Told& told, model::Observer& observer) {
  const Payload bytes = payload(told.block);
  base::ByteReader in(bytes.value_or(std::span<const std::byte>()));
  while (in.remaining() > 0) {
    model::Loss loss;
    read_record(in, loss);
    if (in.ok()) observer.on_loss(world_, loss);
  }
  count_once(told, {.damaged = !bytes || !in.ok()});
  return 1;
}

std::size_t Reader::tell_counts(Told& told, model::Observer& observer) {
  const Payload bytes = payload(told.block);
  base::ByteReader in(bytes.value_or(std::span<const std::byte>()));
  std::vector<model::CountSample> samples;
  while (in.remaining() > 0 && samples.size() < kMaxItems) {
    model::CountSample sample;
    read_record(in, sample);
    if (in.ok()) samples.push_back(sample);
  }
  if (!samples.empty()) observer.on_counts(world_, samples);
  count_once(told, {.damaged = !bytes || !in.ok() || in.remaining() > 0});
  return 1;
}

std::size_t Reader::tell_system_log(Told& told, model::Observer& observer) {
  const Payload bytes = payload(told.block);
  base::ByteReader in(bytes.value_or(std::span<const std::byte>()));
  model::SystemLog log;
  read_record(in, log);
  const bool has_head = bytes && in.ok();
  while (in.ok() && in.remaining() > 0 && log.events.size() < kMaxItems) {
    model::SystemEvent event;
    read_record(in, event);
    if (in.ok()) log.events.push_back(std::move(event));
  }
  if (has_head) observer.on_system_log(world_, log);
  count_once(told, {.damaged = !has_head || !in.ok() || in.remaining() > 0});
  return 1;
}

std::size_t Reader::tell_snapshot(std::size_t first, model::Observer& observer) {
  const std::size_t parts = snapshot_parts(first);
  const Block& last = told_[first + parts - 1].block;
  const bool cut = last.header.has(kFlagMore);
  if (cut && file_ == File::growing && scanner_.position() == last.end()) return 0;
  bool complete = !cut && !told_[first].block.header.has(kFlagContinued);
  // As definitions.cc has it for ids: no more handles than such a file can hold.
  const std::size_t most = (std::size_t{1} << 20U) + bytes_.size() / 8;
  model::Snapshot snapshot;
  for (std::size_t part = first; part < first + parts; ++part) {
    Told& told = told_[part];
    const Payload bytes = payload(told.block);
    Outcome outcome{.damaged = !bytes || snapshot.handles.size() > most};
    if (!outcome.damaged) outcome = read_snapshot(*bytes, snapshot);
    count_once(told, outcome);
    complete = complete && !outcome.damaged;
  }
  snapshot.complete = snapshot.complete && complete;
  observer.on_snapshot(world_, snapshot);
  return parts;
}

// A snapshot's blocks stand one behind the other; where one is missing, the rest counts as another snapshot.
std::size_t Reader::snapshot_parts(std::size_t first) const {
  std::size_t next = first + 1;
  for (; next < told_.size(); ++next) {
    const Block& before = told_[next - 1].block;
    const Block& block = told_[next].block;
    if (!before.header.has(kFlagMore) || !block.header.has(kFlagContinued)) break;
    if (!block.header.is(BlockType::snapshot) || block.offset != before.end()) break;
  }
  return next - first;
}

void Reader::count(const Block& block, const Outcome& outcome) {
  if (outcome.damaged) scanner_.add_damage(block.offset, block.header.block_bytes());
  if (outcome.unknown) scanner_.add_unknown_block();
}

void Reader::count_once(Told& told, const Outcome& outcome) {
  if (!told.noted) count(told.block, outcome);
  told.noted = true;
}

}  // namespace ajar::recording
