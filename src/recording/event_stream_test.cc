#include "recording/event_stream.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "recording/block.h"
#include "recording/memory_sink.h"
#include "recording/random_session.h"

namespace ajar::recording {
namespace {

struct Fixture : testing::Test {
  Fixture() {
    MemorySink sink;
    RandomSession session(1, sink, {});
    for (int i = 0; i < 20'000; ++i) session.step();
    session.finish();
    bytes = std::move(sink).take();
    for (const Block& block : blocks_of(bytes)) {
      if (block.header.is(BlockType::events)) blocks.push_back(block);
    }
  }

  std::vector<std::byte> bytes;
  std::vector<Block> blocks;  // of events
};

using EventStreamTest = Fixture;

// Each in a stream of its own, which is too short for a thread.
TEST_F(EventStreamTest, GivesEachBlocksEventsAndOutcomeInOrder) {
  ASSERT_GT(blocks.size(), 100U);
  const std::uint64_t damaged = blocks[50].offset;
  ++blocks[50].header.raw;  // not what it unpacks to
  EventStream all(bytes, blocks);
  for (const Block& block : blocks) {
    EventStream one(bytes, {block});
    std::span<const model::Event> expected;
    do {
      expected = one.next();
      ASSERT_TRUE(std::ranges::equal(all.next(), expected));
    } while (!expected.empty());
    EXPECT_EQ(all.outcome().damaged, block.offset == damaged);
    EXPECT_EQ(one.outcome().damaged, block.offset == damaged);
  }
}

TEST_F(EventStreamTest, MayBeLeftAtAnyTime) {
  for (const int looks : {0, 1, 2, 100}) {
    EventStream stream(bytes, blocks);
    for (int i = 0; i < looks; ++i) stream.next();
  }
}

}  // namespace
}  // namespace ajar::recording
