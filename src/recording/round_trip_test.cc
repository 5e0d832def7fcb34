#include <gtest/gtest.h>

#include <algorithm>

#include "recording/memory_sink.h"
#include "recording/random_session.h"
#include "recording/reader.h"

namespace ajar::recording {
namespace {

class RoundTrip : public testing::TestWithParam<std::uint64_t> {
 protected:
  // Short segments, long ones, packed or not.
  static Writer::Options options() {
    return {.segment_bytes = GetParam() % 3 == 0 ? 16U << 20U : 4'000U << GetParam() % 7,
            .pack_from = GetParam() % 2 == 0 ? 0 : kNeverPack};
  }
};

TEST_P(RoundTrip, WhatIsReadIsWhatWasWritten) {
  MemorySink sink;
  RandomSession session(GetParam(), sink, options());
  for (int i = 0; i < 1'000; ++i) session.step();
  session.finish();
  const Told told = read_all(sink.bytes());
  EXPECT_EQ(told.damage, model::Damage{});
  EXPECT_TRUE(told.ended);
  EXPECT_GT(told.moments.size(), 400U);
  EXPECT_TRUE(told.moments == session.moments());
  expect_same_world(told.world, session.world());
}

TEST_P(RoundTrip, AReaderThatFollowsTheGrowingFileHearsTheSame) {
  MemorySink sink;
  RandomSession session(GetParam(), sink, options());
  for (int i = 0; i < 300; ++i) session.step();
  session.finish();
  const auto bytes = sink.bytes();
  std::mt19937_64 random(GetParam());
  std::size_t there = kFileHeaderSize;
  auto reader = Reader::open(bytes.first(there), File::growing);
  ASSERT_TRUE(reader.ok());
  Listener listener;
  model::Cursor cursor;
  while (there < bytes.size()) {
    there = std::min(bytes.size(), there + 1 + random() % 3'000);
    reader.value()->update(bytes.first(there), File::growing);
    EXPECT_EQ(reader.value()->damage(), model::Damage{});
    reader.value()->read(cursor, listener);
  }
  EXPECT_TRUE(listener.moments == session.moments());
  expect_same_world(reader.value()->world(), session.world());
}

const auto kSame = [](const auto* a, const auto* b) {
  return (a == nullptr && b == nullptr) || (a != nullptr && b != nullptr && *a == *b);
};

void expect_resolved(model::ImageId id, const model::World& read, const model::World& written) {
  const model::Image* image = written.images.find(id);
  EXPECT_TRUE(kSame(read.images.find(id), image));
  if (image == nullptr) return;
  EXPECT_TRUE(kSame(read.processes.find(image->process), written.processes.find(image->process)));
  EXPECT_TRUE(kSame(read.tables.find(image->table), written.tables.find(image->table)));
}

// Everything that a reader can look up for an event is as it was when the whole recording is read.
void expect_resolved(const model::Event& event, const model::World& read, const model::World& written) {
  EXPECT_TRUE(kSame(read.tables.find(event.table), written.tables.find(event.table)));
  expect_resolved(event.image, read, written);
  const model::Thread* thread = written.threads.find(event.thread);
  EXPECT_TRUE(kSame(read.threads.find(event.thread), thread));
  if (thread != nullptr) {
    EXPECT_TRUE(kSame(read.processes.find(thread->process), written.processes.find(thread->process)));
  }
  EXPECT_EQ(read.text(event.call), written.text(event.call));
  EXPECT_EQ(read.text(event.type), written.text(event.type));
  EXPECT_EQ(read.text(event.text), written.text(event.text));
  EXPECT_EQ(read.frames(event.stack), written.frames(event.stack));
  for (const model::Frame& frame : written.frames(event.stack)) {
    const model::Module* module = written.modules.find(frame.module);
    EXPECT_TRUE(kSame(read.modules.find(frame.module), module));
    if (module != nullptr) expect_resolved(module->image, read, written);
    EXPECT_EQ(read.text(frame.function), written.text(frame.function));
    EXPECT_EQ(read.text(frame.file), written.text(frame.file));
  }
}

TEST_P(RoundTrip, EverySegmentCanBeReadWithoutThoseBeforeIt) {
  MemorySink sink;
  RandomSession session(GetParam(), sink, {.segment_bytes = 3'000, .pack_from = kNeverPack});
  for (int i = 0; i < 600; ++i) session.step();
  session.finish();
  const auto bytes = sink.bytes();
  std::size_t segments = 0;
  for (const Block& block : blocks_of(bytes)) {
    if (!block.header.is(BlockType::segment_start)) continue;
    ++segments;
    std::vector<std::byte> rest(bytes.begin(), bytes.begin() + kFileHeaderSize);
    rest.insert(rest.end(), bytes.begin() + static_cast<std::ptrdiff_t>(block.offset), bytes.end());
    const Told told = read_all(rest);
    EXPECT_EQ(told.damage, model::Damage{});
    EXPECT_EQ(told.world.origin, session.world().origin);
    OpenEvents open;
    for (const Moment& moment : told.moments) {
      if (const auto* snapshot = std::get_if<model::Snapshot>(&moment)) {
        expect_resolved(snapshot->image, told.world, session.world());
      }
      if (const auto* loss = std::get_if<model::Loss>(&moment)) {
        expect_resolved(loss->image, told.world, session.world());
      }
      if (const auto* count = std::get_if<model::CountSample>(&moment)) {
        EXPECT_TRUE(
            kSame(told.world.processes.find(count->process), session.world().processes.find(count->process)));
      }
      const auto* event = std::get_if<model::Event>(&moment);
      if (event == nullptr) continue;
      expect_resolved(*event, told.world, session.world());
      follow(*event, open);
    }
    std::erase_if(open, [&](const auto& entry) {
      const auto* table = session.world().tables.find(entry.first.first);
      return table != nullptr && table->died.has_value();
    });
    EXPECT_EQ(open, session.open());
  }
  EXPECT_GT(segments, 5U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RoundTrip, testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace ajar::recording
