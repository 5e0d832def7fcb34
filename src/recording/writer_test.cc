#include "recording/writer.h"

#include <gtest/gtest.h>

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
  Writer writer(world_, sink_, {.compress = false});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(writer.event(example_open()).ok());
    ASSERT_TRUE(writer.flush().ok());
  }
  std::size_t definitions = 0;
  for (const Block& block : blocks_of(sink_.bytes())) definitions += block.header.is(BlockType::definitions);
  EXPECT_EQ(definitions, 2U);  // those of the checkpoint and those of the first event
}

TEST_F(WriterTest, HandsOverABlockAt64KiB) {
  Writer writer(world_, sink_, {.compress = false});
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
    Writer writer(world_, disk, {.compress = false});
    const bool ok = writer.event(example_open()).ok() && writer.flush().ok() &&
                    writer.snapshot(example_snapshot()).ok() && writer.loss(example_loss()).ok() &&
                    writer.symbols("build-id:c0de").ok() && writer.finish(milliseconds(4)).ok();
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
  Writer writer(world_, sink_, {.segment_bytes = 1, .compress = false});
  ASSERT_TRUE(writer.symbols("build-id:c0de").ok());
  ASSERT_TRUE(writer.event(example_open()).ok());
  ASSERT_TRUE(writer.finish({}).ok());
  std::size_t symbols = 0;
  for (const Block& block : blocks_of(sink_.bytes())) symbols += block.header.is(BlockType::symbols);
  EXPECT_EQ(symbols, 2U);
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
