#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>

#include "base/result.h"
#include "model/count.h"
#include "model/event.h"
#include "model/snapshot.h"
#include "model/world.h"
#include "recording/block_writer.h"
#include "recording/definition_writer.h"
#include "recording/event_codec.h"
#include "recording/open_handles.h"
#include "recording/sink.h"

namespace ajar::recording {

struct WriterOptions {
  std::uint64_t segment_bytes = 16U << 20U;       // of blocks, after which a new segment begins
  model::Time segment_time = model::Time::max();  // of the recording, after which one does
  std::uint64_t pack_from = 16U << 10U;           // see BlockWriter
  model::Time flush_interval = std::chrono::milliseconds(200);
};

// Writes a recording. The caller fills the world and says what happens; the writer sees by itself which rows
// are new, and writes them before anything that refers to them. Nothing is sure to be in the sink before
// flush(). The first error of the sink is given by every call from then on, and nothing more is written. The
// world and the sink have to outlive the writer. One thread at a time.
class Writer {
 public:
  using Options = WriterOptions;

  Writer(const model::World& world, Sink& sink, Options options = {});

  // `likeness`: see EventEncoder::add().
  base::Result<void> event(const model::Event& event, std::uint32_t likeness = 0);
  void forget_likenesses() { events_.forget_likenesses(); }
  base::Result<void> snapshot(const model::Snapshot& snapshot);
  base::Result<void> loss(const model::Loss& loss);

  // Samples of one moment, or of several in the order of time.
  base::Result<void> counts(std::span<const model::CountSample> samples);

  // One that does not fit into a block becomes several pieces.
  base::Result<void> system_log(const model::SystemLog& log);

  // Writes down all that the world knows of the module's symbols (Module::identity()).
  base::Result<void> symbols(const std::string& identity);

  // Writes down these, which the world has too.
  base::Result<void> symbols(const std::string& identity, const model::ModuleSymbols& some);

  // World::origin says more than at the beginning.
  base::Result<void> origin_changed();

  // The row says more than when it was new.
  base::Result<void> changed(model::ProcessId id);
  base::Result<void> changed(model::ImageId id);
  base::Result<void> changed(model::TableId id);
  base::Result<void> changed(model::ThreadId id);
  base::Result<void> changed(model::ModuleId id);
  base::Result<void> changed(model::StackId id);

  // The mark, a new row of the world, is handed to the sink, with all that is gathered.
  base::Result<void> marked(model::MarkId id);

  // Events come faster than there is time to pack them: blocks get three times as large and cost half. Until
  // it is said that they do not.
  void hurry(bool on) { blocks_.pack(!on); }

  // Hands all that is gathered to the sink.
  base::Result<void> flush();

  // The same, if the last time was at least Options::flush_interval ago; `now` is the time in the recording.
  base::Result<void> flush_if_due(model::Time now);

  // Ends the recording. Nothing may be written after it.
  base::Result<void> finish(model::Time end);

 private:
  template <typename RowId>
  base::Result<void> define_again(RowId id);
  base::Result<void> begin();
  [[nodiscard]] bool ready() const;
  [[nodiscard]] bool segment_is_full() const;
  base::Result<void> prepare();
  base::Result<void> begin_segment();
  base::Result<void> define_checkpoint(std::span<const model::Event> open);
  base::Result<void> write_open_handles(std::span<const model::Event> open);
  base::Result<void> write_definitions();
  base::Result<void> write_symbols(const std::string& identity);
  base::Result<void> write_pending();
  base::Result<void> write_record_block(BlockType type, const auto& row);
  base::Result<void> block(BlockType type, std::span<const std::byte> payload, std::uint8_t flags = 0);

  const model::World& world_;
  const Options options_;
  BlockWriter blocks_;
  DefinitionWriter definitions_;
  EventEncoder events_;
  OpenHandles open_;
  std::set<std::string> symbolized_;  // the identities of which symbols have been written
  std::uint32_t segment_ = 0;
  std::uint64_t segment_begin_ = 0;  // bytes written when its checkpoint was done
  model::Time segment_from_{};       // its SegmentStart's time
  model::Time latest_{};             // of all that was recorded
  model::Time due_;
};

}  // namespace ajar::recording
