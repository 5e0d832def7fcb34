#include "recording/writer.h"

#include <gtest/gtest.h>
#include <array>
#include "recording/example.h"
#include "recording/memory_sink.h"
#include "recording/random_session.h"
#include "recording/reader.h"

namespace ajar::recording {
namespace {

using std::chrono::milliseconds;

class WriterTest : public testing::Test {
 protected:
  // What a reader finds at this moment, in a file that still grows.
  model::World read_now(Listener* listener = nullptr) {
    auto reader = Reader::open(sink_.bytes(), File::growing);
    if (!reader.ok()) return {};
    Listener unheard;
    model::Cursor cursor;
    reader.value()->read(cursor, listener == nullptr ? unheard : *listener);
    return reader.value()->world();
  }

  model::World world_ = example_world();
  MemorySink sink_;
};

TEST_F(WriterTest, WritesNewRowsBeforeTheEventsThatReferToThem) {
  Writer writer(world_, sink_);
  ASSERT_TRUE(writer.flush().ok());
  model::Event event = example_open();
  event.text = world_.strings.add("/a/new/path");
  event.thread =
      world_.threads.add({.id = world_.threads.next_id(), .process = {}, .tid = 77, .name = "new"});
  ASSERT_TRUE(writer.event(event).ok());
  ASSERT_TRUE(writer.flush().ok());
  const auto blocks = blocks_of(sink_.bytes());
  ASSERT_GE(blocks.size(), 2U);
  EXPECT_TRUE(blocks[blocks.size() - 2].header.is(BlockType::definitions));
  EXPECT_TRUE(blocks[blocks.size() - 1].header.is(BlockType::events));
  expect_same_world(read_now(), [&] {
    model::World expected = world_;
    expected.symbols.clear();  // are written when they are asked for
    return expected;
  }());
}

TEST_F(WriterTest, WritesARowAgainWhenItSaysMore) {
  Writer writer(world_, sink_);
  ASSERT_TRUE(writer.flush().ok());
  world_.processes.find(model::ProcessId{1})->exit_status = 3;
  ASSERT_TRUE(writer.flush().ok());
  EXPECT_EQ(read_now().processes.begin()->exit_status, std::nullopt);
  ASSERT_TRUE(writer.changed(model::ProcessId{1}).ok());
  ASSERT_TRUE(writer.flush().ok());
  EXPECT_EQ(read_now().processes.begin()->exit_status, 3);
}

TEST_F(WriterTest, WritesARowOnceInASegment) {
  Writer writer(world_, sink_, {.pack_from = kNeverPack});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(writer.event(example_open()).ok());
    ASSERT_TRUE(writer.flush().ok());
  }
  std::size_t definitions = 0;
  for (const Block& block : blocks_of(sink_.bytes())) definitions += block.header.is(BlockType::definitions);
  EXPECT_EQ(definitions, 2U);  // those of the checkpoint and those of the first event
}

TEST_F(WriterTest, HandsOverABlockAt64KiB) {
  Writer writer(world_, sink_, {.pack_from = kNeverPack});
  ASSERT_TRUE(writer.flush().ok());
  const std::size_t before = sink_.bytes().size();
  std::size_t events = 0;
  for (; sink_.bytes().size() == before; ++events) ASSERT_TRUE(writer.event(example_open()).ok());
  const Block last = blocks_of(sink_.bytes()).back();
  EXPECT_GE(last.header.raw, kFullPayload);
  EXPECT_LT(last.header.raw, kFullPayload + 32);
  Listener listener;
  read_now(&listener);
  EXPECT_EQ(listener.moments.size(), events);
}

TEST_F(WriterTest, FlushesWhatHasWaitedLongEnough) {
  Writer writer(world_, sink_, {.flush_interval = milliseconds(200)});
  ASSERT_TRUE(writer.flush_if_due(milliseconds(300)).ok());
  const std::size_t before = sink_.bytes().size();
  ASSERT_TRUE(writer.event(example_open()).ok());
  ASSERT_TRUE(writer.flush_if_due(milliseconds(499)).ok());
  EXPECT_EQ(sink_.bytes().size(), before);
  ASSERT_TRUE(writer.flush_if_due(milliseconds(500)).ok());
  EXPECT_GT(sink_.bytes().size(), before);
}

TEST_F(WriterTest, ALongSystemLogIsWrittenInPiecesWhoseNumbersAddUp) {
  model::SystemLog log = example_system_log();
  log.events.assign(20'000, log.events.front());
  Writer writer(world_, sink_);
  ASSERT_TRUE(writer.system_log(log).ok());
  Listener told;
  static_cast<void>(read_now(&told));
  model::SystemLog sum{.channel = log.channel, .host = log.host, .from = log.from, .until = log.until};
  for (const Moment& moment : told.moments) {
    const auto& piece = std::get<model::SystemLog>(moment);
    EXPECT_EQ(piece.channel, log.channel);
    sum.looked_at += piece.looked_at;
    sum.not_read += piece.not_read;
    sum.events.insert(sum.events.end(), piece.events.begin(), piece.events.end());
  }
  EXPECT_GT(told.moments.size(), 3U);
  EXPECT_EQ(sum, log);
}

TEST_F(WriterTest, PacksWhatComesOnceTheRecordingIsLongEnough) {
  constexpr std::uint64_t kFrom = 100'000;
  model::SystemLog log = example_system_log();
  log.events.assign(20'000, log.events.front());
  Writer writer(world_, sink_, {.pack_from = kFrom});
  ASSERT_TRUE(writer.system_log(log).ok());
  std::size_t large = 0;
  for (const Block& block : blocks_of(sink_.bytes())) {
    if (block.header.raw < 10'000) continue;
    ++large;
    EXPECT_EQ(block.header.has(kFlagZlib), block.offset + block.header.raw >= kFrom) << block.offset;
  }
  EXPECT_GT(large, 2U);
}

TEST_F(WriterTest, EachWriteToTheSinkIsAWholeBlock) {
  Writer writer(world_, sink_);
  ASSERT_TRUE(writer.event(example_open()).ok());
  ASSERT_TRUE(writer.finish({}).ok());
  EXPECT_EQ(sink_.writes(), 1 + blocks_of(sink_.bytes()).size());
}

TEST_F(WriterTest, AFullDiskIsSaidByEveryCallAndWhatWasWrittenStays) {
  const std::vector<std::byte> whole = example_recording();
  for (std::size_t capacity = 0; capacity < whole.size(); ++capacity) {
    MemorySink disk(capacity);
    Writer writer(world_, disk, {.pack_from = kNeverPack});
    const bool ok = writer.event(example_open()).ok() && writer.flush().ok() &&
                    writer.snapshot(example_snapshot()).ok() && writer.loss(example_loss()).ok() &&
                    writer.counts(std::array{example_count()}).ok() &&
                    writer.system_log(example_system_log()).ok() && writer.symbols("build-id:c0de").ok() &&
                    writer.finish(milliseconds(4)).ok();
    EXPECT_FALSE(ok);
    const std::uint64_t writes = disk.writes();
    EXPECT_EQ(writer.event(example_open()).error().message(), "no space left on the device");
    EXPECT_FALSE(writer.flush().ok());
    EXPECT_FALSE(writer.changed(model::ProcessId{1}).ok());
    EXPECT_FALSE(writer.flush_if_due(milliseconds(1)).ok());
    EXPECT_EQ(disk.writes(), writes);
    if (capacity < kFileHeaderSize) continue;
    EXPECT_EQ(read_all(disk.bytes()).damage.places, ends_whole(blocks_of(whole), capacity) ? 0U : 1U);
  }
}

TEST_F(WriterTest, ACheckpointTellsTheSymbolsAgain) {
  Writer writer(world_, sink_, {.segment_bytes = 1, .pack_from = kNeverPack});
  ASSERT_TRUE(writer.symbols("build-id:c0de").ok());
  ASSERT_TRUE(writer.event(example_open()).ok());
  ASSERT_TRUE(writer.finish({}).ok());
  std::size_t symbols = 0;
  for (const Block& block : blocks_of(sink_.bytes())) symbols += block.header.is(BlockType::symbols);
  EXPECT_EQ(symbols, 2U);
}

// Not part of a checkpoint, because it is over: it has to be defined where it is needed.
TEST_F(WriterTest, ASegmentDefinesWhatItRefersToEvenIfThatHasEnded) {
  world_.processes.find(model::ProcessId{1})->ended = milliseconds(1);
  world_.images.find(model::ImageId{1})->ended = milliseconds(1);
  world_.tables.find(model::TableId{1})->died = milliseconds(1);
  world_.modules.find(model::ModuleId{1})->unloaded = milliseconds(1);
  world_.stacks.add({.callee = model::StackId{2},
                     .frame = {.kind = model::FrameKind::managed,
                               .module = {},
                               .function = world_.strings.add("function"),
                               .file = world_.strings.add("file"),
                               .line = 3}});
  model::Event only_stack = {.kind = model::EventKind::close,
                             .table = {},
                             .image = {},
                             .thread = {},
                             .stack = model::StackId{3},
                             .call = {},
                             .type = {},
                             .text = {}};
  const auto last_segment = [&](auto&& write) {
    MemorySink sink;
    Writer writer(world_, sink, {.segment_bytes = 1, .pack_from = kNeverPack});
    EXPECT_TRUE(writer.flush().ok());
    EXPECT_TRUE(writer.loss({.image = {}}).ok());  // so that the next call begins a segment
    EXPECT_TRUE(write(writer).ok());
    EXPECT_TRUE(writer.finish({}).ok());
    std::vector<std::byte> bytes(sink.bytes().begin(), sink.bytes().begin() + kFileHeaderSize);
    std::uint64_t begin = 0;
    for (const Block& block : blocks_of(sink.bytes())) {
      if (block.header.is(BlockType::segment_start)) begin = block.offset;
    }
    bytes.insert(bytes.end(), sink.bytes().begin() + static_cast<std::ptrdiff_t>(begin), sink.bytes().end());
    return read_all(bytes).world;
  };
  const model::World of_event = last_segment([&](Writer& writer) { return writer.event(only_stack); });
  EXPECT_EQ(of_event.frames(model::StackId{3}), world_.frames(model::StackId{3}));
  EXPECT_EQ(of_event.text(model::StringId{4}), "function");
  EXPECT_EQ(of_event.text(model::StringId{5}), "file");
  EXPECT_EQ(of_event.modules.size(), 1U);
  EXPECT_EQ(of_event.images.size(), 1U);
  EXPECT_EQ(of_event.processes.size(), 1U);
  EXPECT_EQ(of_event.tables.size(), 1U);
  const model::World of_snapshot =
      last_segment([&](Writer& writer) { return writer.snapshot(example_snapshot()); });
  EXPECT_EQ(of_snapshot.images.size(), 1U);
  EXPECT_EQ(of_snapshot.tables.size(), 1U);
  const model::World of_loss = last_segment([&](Writer& writer) { return writer.loss(example_loss()); });
  EXPECT_EQ(of_loss.images.size(), 1U);
  EXPECT_TRUE(of_loss.modules.begin() == of_loss.modules.end());
}

TEST_F(WriterTest, TextsThatAreTooLongAreCut) {
  const std::string long_text(1U << 20U, 'x');
  world_.origin.host = long_text;
  world_.origin.command.assign(100, long_text);
  Writer writer(world_, sink_);
  model::Snapshot snapshot = example_snapshot();
  snapshot.handles[0].facts.resize(1'000, {.key = model::FactKey::path, .text = long_text});
  ASSERT_TRUE(writer.snapshot(snapshot).ok());
  ASSERT_TRUE(writer.finish({}).ok());
  const Told told = read_all(sink_.bytes());
  EXPECT_EQ(told.damage, model::Damage{});
  EXPECT_EQ(told.world.origin.host.size(), kMaxText);
  EXPECT_EQ(told.world.origin.command.size(), 15U);
  const auto& read = std::get<model::Snapshot>(told.moments.at(0));
  EXPECT_EQ(read.handles[0].facts.size(), kMaxFacts);
}

}  // namespace
}  // namespace ajar::recording
