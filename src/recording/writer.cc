#include "recording/writer.h"

#include <algorithm>

#include "recording/snapshot_codec.h"
#include "recording/symbol_codec.h"

namespace ajar::recording {

using base::Result;

Writer::Writer(const model::World& world, Sink& sink, Options options)
    : world_(world),
      options_(options),
      blocks_(sink, options.pack_from),
      definitions_(world),
      due_(options.flush_interval) {}

Result<void> Writer::event(const model::Event& event, std::uint32_t likeness) {
  if (!ready()) {
    if (auto prepared = prepare(); !prepared.ok()) return prepared;
  }
  if (!events_.knows(likeness)) definitions_.define_for(event);
  events_.add(event, likeness);
  open_.apply(event);
  latest_ = std::max(latest_, event.time);
  const bool full = events_.payload().size() >= kFullPayload || definitions_.size() >= kFullPayload;
  return full ? write_pending() : Result<void>();
}

Result<void> Writer::snapshot(const model::Snapshot& snapshot) {
  if (auto ready = prepare(); !ready.ok()) return ready;
  definitions_.define_for(snapshot);
  latest_ = std::max(latest_, snapshot.end);
  if (auto written = write_pending(); !written.ok()) return written;
  ByteWriter payload;
  std::size_t next = 0;
  std::uint8_t continued = 0;
  do {
    payload.clear();
    next = write_snapshot(payload, snapshot, next, kFullPayload);
    const std::uint8_t more = next < snapshot.handles.size() ? kFlagMore : 0;
    auto written = block(BlockType::snapshot, payload.bytes(), static_cast<std::uint8_t>(continued | more));
    if (!written.ok()) return written;
    continued = kFlagContinued;
  } while (next < snapshot.handles.size());
  if (snapshot.taken == model::Snapshot::Taken::at_start) open_.apply(world_, snapshot);
  return {};
}

Result<void> Writer::loss(const model::Loss& loss) {
  if (auto ready = prepare(); !ready.ok()) return ready;
  definitions_.define_for(loss);
  latest_ = std::max(latest_, loss.time);
  if (auto written = write_pending(); !written.ok()) return written;
  return write_record_block(BlockType::loss, loss);
}

Result<void> Writer::counts(std::span<const model::CountSample> samples) {
  if (samples.empty()) return blocks_.status();
  if (auto ready = prepare(); !ready.ok()) return ready;
  for (const model::CountSample& sample : samples) {
    definitions_.define_for(sample);
    latest_ = std::max(latest_, sample.time);
  }
  if (auto written = write_pending(); !written.ok()) return written;
  ByteWriter payload;
  ByteWriter scratch;
  for (const model::CountSample& sample : samples) {
    write_record(payload, scratch, sample);
    if (payload.size() < kFullPayload) continue;
    if (auto written = block(BlockType::counts, payload.bytes()); !written.ok()) return written;
    payload.clear();
  }
  return payload.empty() ? Result<void>() : block(BlockType::counts, payload.bytes());
}

Result<void> Writer::system_log(const model::SystemLog& log) {
  if (auto ready = prepare(); !ready.ok()) return ready;
  latest_ = std::max(latest_, log.until);
  if (auto written = write_pending(); !written.ok()) return written;
  ByteWriter payload;
  ByteWriter scratch;
  write_record(payload, scratch, log);
  std::size_t records = 1;
  model::SystemLog more{.channel = log.channel, .host = log.host, .from = log.from, .until = log.until};
  for (const model::SystemEvent& event : log.events) {
    if (payload.size() >= kFullPayload || records == kMaxItems) {
      if (auto written = block(BlockType::system_log, payload.bytes()); !written.ok()) return written;
      payload.clear();
      write_record(payload, scratch, more);
      records = 1;
    }
    write_record(payload, scratch, event);
    ++records;
  }
  return block(BlockType::system_log, payload.bytes());
}

Result<void> Writer::symbols(const std::string& identity) {
  if (auto ready = prepare(); !ready.ok()) return ready;
  if (auto written = write_pending(); !written.ok()) return written;
  symbolized_.insert(identity);
  return write_symbols(identity);
}

Result<void> Writer::symbols(const std::string& identity, const model::ModuleSymbols& some) {
  if (auto ready = prepare(); !ready.ok()) return ready;
  if (auto written = write_pending(); !written.ok()) return written;
  symbolized_.insert(identity);
  return recording::write_symbols(blocks_, identity, some, latest_);
}

template <typename RowId>
Result<void> Writer::define_again(RowId id) {
  if (auto begun = begin(); !begun.ok()) return begun;
  definitions_.define_again(id);
  return {};
}

Result<void> Writer::changed(model::ProcessId id) {
  return define_again(id);
}
Result<void> Writer::changed(model::ImageId id) {
  return define_again(id);
}
Result<void> Writer::changed(model::TableId id) {
  return define_again(id);
}
Result<void> Writer::changed(model::ThreadId id) {
  return define_again(id);
}
Result<void> Writer::changed(model::ModuleId id) {
  return define_again(id);
}
Result<void> Writer::changed(model::StackId id) {
  return define_again(id);
}

Result<void> Writer::origin_changed() {
  if (auto written = flush(); !written.ok()) return written;
  return write_record_block(BlockType::origin, world_.origin);
}

Result<void> Writer::marked(model::MarkId id) {
  if (const model::Mark* mark = world_.marks.find(id)) latest_ = std::max(latest_, mark->time);
  return flush();
}

Result<void> Writer::flush() {
  if (auto begun = begin(); !begun.ok()) return begun;
  return write_pending();
}

Result<void> Writer::flush_if_due(model::Time now) {
  if (now < due_) return blocks_.status();
  due_ = now + options_.flush_interval;
  return flush();
}

Result<void> Writer::finish(model::Time end) {
  latest_ = std::max(latest_, end);
  if (auto flushed = flush(); !flushed.ok()) return flushed;
  return write_record_block(BlockType::end, End{end});
}

// The header and the first segment before the first thing, and whatever rows are new.
Result<void> Writer::begin() {
  if (auto status = blocks_.status(); !status.ok()) return status;
  if (segment_ == 0) {
    if (auto written = blocks_.file_header(); !written.ok()) return written;
    if (auto begun = begin_segment(); !begun.ok()) return begun;
  }
  definitions_.define_new();
  return {};
}

// Nothing stands in the way of an event: the answer nearly always, and cheap. Rows that no event names are
// written with the block.
bool Writer::ready() const {
  return segment_ != 0 && !blocks_.failed() && !segment_is_full();
}

bool Writer::segment_is_full() const {
  return blocks_.bytes_written() - segment_begin_ >= options_.segment_bytes ||
         latest_ - segment_from_ >= options_.segment_time;
}

// Before something is taken: a new segment after a full one. No event waits then, since a block is written
// only with all events that wait; so the checkpoint is the state after all that stands before it.
Result<void> Writer::prepare() {
  if (auto begun = begin(); !begun.ok()) return begun;
  return segment_is_full() ? begin_segment() : Result<void>();
}

Result<void> Writer::begin_segment() {
  if (auto written = write_definitions(); !written.ok()) return written;
  if (auto noted = blocks_.segment_begins(latest_); !noted.ok()) return noted;
  ++segment_;
  segment_from_ = latest_;
  definitions_.begin_segment();
  const SegmentStart start{.sequence = segment_, .major = kMajor, .minor = kMinor, .time = latest_};
  if (auto written = write_record_block(BlockType::segment_start, start); !written.ok()) return written;
  if (auto written = write_record_block(BlockType::origin, world_.origin); !written.ok()) return written;
  const std::vector<model::Event> open = open_.events(world_);
  if (auto written = define_checkpoint(open); !written.ok()) return written;
  for (const std::string& identity : symbolized_) {
    if (auto written = write_symbols(identity); !written.ok()) return written;
  }
  if (auto written = write_open_handles(open); !written.ok()) return written;
  segment_begin_ = blocks_.bytes_written();
  return {};
}

Result<void> Writer::define_checkpoint(std::span<const model::Event> open) {
  definitions_.define_living();
  for (const model::Event& event : open) definitions_.define_for(event);
  return write_definitions();
}

// One block at least, so that a reader sees where the checkpoint ends.
Result<void> Writer::write_open_handles(std::span<const model::Event> open) {
  EventEncoder encoder;
  std::uint8_t continued = 0;
  for (const model::Event& event : open) {
    encoder.add(event);
    if (encoder.payload().size() < kFullPayload) continue;
    auto written =
        block(BlockType::open_handles, encoder.payload(), static_cast<std::uint8_t>(continued | kFlagMore));
    if (!written.ok()) return written;
    encoder.clear();
    continued = kFlagContinued;
  }
  return block(BlockType::open_handles, encoder.payload(), continued);
}

Result<void> Writer::write_definitions() {
  for (const auto payload : definitions_.payloads()) {
    if (auto written = block(BlockType::definitions, payload); !written.ok()) return written;
  }
  definitions_.clear();
  return {};
}

Result<void> Writer::write_symbols(const std::string& identity) {
  const auto found = world_.symbols.find(identity);
  return found == world_.symbols.end() ? Result<void>()
                                       : recording::write_symbols(blocks_, identity, found->second, latest_);
}

Result<void> Writer::write_pending() {
  definitions_.define_new();
  if (auto written = write_definitions(); !written.ok()) return written;
  if (events_.empty()) return {};
  auto written = block(BlockType::events, events_.payload());
  events_.clear();
  return written;
}

Result<void> Writer::write_record_block(BlockType type, const auto& row) {
  ByteWriter payload;
  ByteWriter scratch;
  write_record(payload, scratch, row);
  return block(type, payload.bytes());
}

Result<void> Writer::block(BlockType type, std::span<const std::byte> payload, std::uint8_t flags) {
  return blocks_.block(type, flags, latest_, payload);
}

}  // namespace ajar::recording
