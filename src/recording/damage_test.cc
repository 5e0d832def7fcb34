#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "recording/example.h"
#include "recording/memory_sink.h"
#include "recording/random_session.h"
#include "recording/reader.h"

namespace ajar::recording {
namespace {

using Bytes = std::vector<std::byte>;

// The example in short segments, so that there are checkpoints with something in them.
Bytes short_segments() {
  return example_recording(/*segment_bytes=*/64);
}

bool is_told(const Block& block) {
  return block.header.is(BlockType::events) || block.header.is(BlockType::snapshot) ||
         block.header.is(BlockType::loss) || block.header.is(BlockType::counts) ||
         block.header.is(BlockType::system_log);
}

std::size_t told_blocks_before(const std::vector<Block>& blocks, std::size_t length) {
  return static_cast<std::size_t>(std::ranges::count_if(
      blocks, [&](const Block& block) { return is_told(block) && block.end() <= length; }));
}

TEST(Damage, OfACutRecordingEverythingUpToTheLastWholeBlockIsRead) {
  const Bytes bytes = short_segments();
  const auto blocks = blocks_of(bytes);
  const std::vector<Moment> all = read_all(bytes).moments;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto cut = std::span(bytes).first(length);
    if (length < kFileHeaderSize) {
      EXPECT_FALSE(Reader::open(cut).ok());
      continue;
    }
    const Told told = read_all(cut);
    const std::size_t whole = told_blocks_before(blocks, length);
    EXPECT_EQ(told.moments,
              std::vector<Moment>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(whole)));
    EXPECT_FALSE(told.ended);
    const bool at_a_blocks_end = ends_whole(blocks, length);
    EXPECT_EQ(told.damage.places, at_a_blocks_end ? 0U : 1U) << length;
  }
}

TEST(Damage, AnUnfinishedBlockOfAGrowingFileIsNotDamage) {
  const Bytes bytes = short_segments();
  for (std::size_t length = kFileHeaderSize; length <= bytes.size(); ++length) {
    auto reader = Reader::open(std::span(bytes).first(length), File::growing);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(reader.value()->damage(), model::Damage{}) << length;
  }
}

// Which of the blocks that are told of the byte belongs to; none where it belongs to no such block.
std::optional<std::size_t> told_block_at(const std::vector<Block>& blocks, std::size_t at) {
  const auto hit = std::ranges::find_if(
      blocks, [&](const Block& block) { return block.offset <= at && at < block.end(); });
  if (hit == blocks.end() || !is_told(*hit)) return {};
  return told_blocks_before(blocks, static_cast<std::size_t>(hit->offset));
}

std::uint64_t bytes_of_block_at(const std::vector<Block>& blocks, std::size_t at) {
  for (const Block& block : blocks) {
    if (block.offset <= at && at < block.end()) return block.header.block_bytes();
  }
  return kFileHeaderSize;
}

// What is told when one moment is lost. The open is not: the next checkpoint has it, and tells it once more
// after any damage.
std::vector<Moment> without(std::vector<Moment> moments, std::optional<std::size_t> lost) {
  if (lost && moments[*lost] != Moment(example_open())) {
    moments.erase(moments.begin() + static_cast<std::ptrdiff_t>(*lost));
  }
  return moments;
}

std::vector<Moment> without_openings_told_again(std::vector<Moment> moments) {
  const auto first = std::ranges::find(moments, Moment(example_open()));
  if (first != moments.end()) {
    moments.erase(std::remove(first + 1, moments.end(), Moment(example_open())), moments.end());
  }
  return moments;
}

TEST(Damage, AByteThatIsNotWhatItWasCostsOneBlock) {
  const Bytes bytes = short_segments();
  const auto blocks = blocks_of(bytes);
  const std::vector<Moment> intact = read_all(bytes).moments;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const auto mask : {std::byte{1}, std::byte{0x80}, std::byte{0xff}}) {
      Bytes flipped = bytes;
      flipped[at] ^= mask;
      const Told told = read_all(flipped);
      EXPECT_EQ(told.damage, (model::Damage{.bytes = bytes_of_block_at(blocks, at), .places = 1})) << at;
      EXPECT_EQ(without_openings_told_again(told.moments), without(intact, told_block_at(blocks, at))) << at;
    }
  }
}

TEST(Damage, BytesThatAreMissingOrTooManyCostFewBlocks) {
  MemorySink sink;
  RandomSession session(5, sink, {.segment_bytes = 20'000, .pack_from = kNeverPack});
  for (int i = 0; i < 1'000; ++i) session.step();
  session.finish();
  const Bytes bytes(sink.bytes().begin(), sink.bytes().end());
  const auto blocks = blocks_of(bytes);
  std::mt19937_64 random(7);
  for (int i = 0; i < 20; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(kFileHeaderSize + random() % (bytes.size() - 200));
    Bytes shorter = bytes;
    shorter.erase(shorter.begin() + at, shorter.begin() + at + 100);
    Bytes longer = bytes;
    longer.insert(longer.begin() + at, 100, std::byte{0x41});
    for (const Bytes& damaged : {shorter, longer}) {
      BlockScanner scanner;
      std::size_t left = 0;
      while (scanner.next(damaged, File::whole)) ++left;
      EXPECT_GE(left + 4, blocks.size()) << "100 bytes may touch four, of 33 bytes at least";
      EXPECT_EQ(scanner.damage().places, 1U);
    }
  }
}

TEST(Damage, ManyFlippedBytesNeverStopTheReader) {
  MemorySink sink;
  RandomSession session(3, sink, {.segment_bytes = 20'000});
  for (int i = 0; i < 500; ++i) session.step();
  session.finish();
  std::mt19937_64 random(11);
  for (int i = 0; i < 50; ++i) {
    Bytes bytes(sink.bytes().begin(), sink.bytes().end());
    for (int flips = 0; flips < 20; ++flips) {
      bytes[kFileHeaderSize + random() % (bytes.size() - kFileHeaderSize)] ^= std::byte{0x10};
    }
    const Told told = read_all(bytes);
    EXPECT_GT(told.damage.bytes, 0U);
    EXPECT_LE(told.damage.bytes, bytes.size());
  }
}

// The example's open stands in the first segment.
TEST(Damage, HandlesOpenAtTheNextCheckpointAreToldAfterDamageOnly) {
  const Bytes bytes = short_segments();
  const auto blocks = blocks_of(bytes);
  EXPECT_EQ(read_all(bytes).moments.front(), Moment(example_open()));
  EXPECT_EQ(std::ranges::count(read_all(bytes).moments, Moment(example_open())), 1);
  const auto events =
      std::ranges::find_if(blocks, [](const Block& block) { return block.header.is(BlockType::events); });
  Bytes damaged = bytes;
  damaged[events->offset + kBlockHeaderSize] ^= std::byte{1};
  const Told told = read_all(damaged);
  EXPECT_EQ(told.damage.places, 1U);
  EXPECT_EQ(told.moments,
            read_all(bytes).moments);  // the open as before, from the second segment's checkpoint
}

TEST(Damage, AfterADamagedCheckpointOpenHandlesAreToldAtTheNextOneToo) {
  Bytes bytes = short_segments();
  const auto blocks = blocks_of(bytes);
  const auto is_start = [](const Block& block) { return block.header.is(BlockType::segment_start); };
  const auto second = std::find_if(blocks.begin() + 1, blocks.end(), is_start);
  ASSERT_GE(std::count_if(second, blocks.end(), is_start), 2);
  bytes[(second + 1)->offset + kBlockHeaderSize] ^= std::byte{1};  // its origin
  // As recorded, at the damaged checkpoint, at the one after it; no more.
  EXPECT_EQ(std::ranges::count(read_all(bytes).moments, Moment(example_open())), 3);
}

TEST(Damage, ASnapshotThatLostAPartIsToldAsIncomplete) {
  model::World world = example_world();
  MemorySink sink;
  Writer writer(world, sink, {.pack_from = kNeverPack});
  model::Snapshot snapshot = example_snapshot();
  for (std::uint64_t i = 4; i < 20'000; ++i) {
    snapshot.handles.push_back({.value = i, .type = "file", .name = "/some/file", .facts = {}});
  }
  ASSERT_TRUE(writer.snapshot(snapshot).ok());
  ASSERT_TRUE(writer.finish({}).ok());
  const Bytes bytes(sink.bytes().begin(), sink.bytes().end());
  EXPECT_EQ(read_all(bytes).moments, std::vector<Moment>{snapshot});
  std::vector<Block> parts = blocks_of(bytes);
  std::erase_if(parts, [](const Block& block) { return !block.header.is(BlockType::snapshot); });
  ASSERT_GT(parts.size(), 3U);
  for (const Block& part : parts) {
    Bytes damaged = bytes;
    damaged[part.offset + kBlockHeaderSize] ^= std::byte{1};
    std::size_t handles = 0;
    for (const Moment& moment : read_all(damaged).moments) {
      const auto& piece = std::get<model::Snapshot>(moment);
      EXPECT_FALSE(piece.complete);
      EXPECT_EQ(piece.table, snapshot.table);
      handles += piece.handles.size();
    }
    EXPECT_GT(handles, 0U);
    EXPECT_LT(handles, snapshot.handles.size());
  }
}

TEST(Damage, ASnapshotOfAGrowingFileIsToldWhenItIsWhole) {
  model::World world = example_world();
  MemorySink sink;
  Writer writer(world, sink, {.pack_from = kNeverPack});
  model::Snapshot snapshot = example_snapshot();
  snapshot.handles.resize(20'000, snapshot.handles.front());
  ASSERT_TRUE(writer.snapshot(snapshot).ok());
  const auto blocks = blocks_of(sink.bytes());
  const auto cut = sink.bytes().first(static_cast<std::size_t>(blocks[blocks.size() - 2].end()));
  auto reader = std::move(Reader::open(cut, File::growing)).value();
  model::Cursor cursor;
  Listener listener;
  reader->read(cursor, listener);
  EXPECT_TRUE(listener.moments.empty());
  reader->update(sink.bytes(), File::growing);
  reader->read(cursor, listener);
  EXPECT_EQ(listener.moments, std::vector<Moment>{snapshot});

  // Its writer was killed: what there is, is told.
  Listener late;
  reader = std::move(Reader::open(cut, File::growing)).value();
  reader->update(cut, File::whole);
  cursor = {};
  reader->read(cursor, late);
  ASSERT_EQ(late.moments.size(), 1U);
  EXPECT_FALSE(std::get<model::Snapshot>(late.moments[0]).complete);
}

}  // namespace
}  // namespace ajar::recording
