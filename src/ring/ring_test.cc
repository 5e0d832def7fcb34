#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <map>
#include <thread>
#include <vector>

#include "ring/consumer.h"
#include "ring/producer.h"

namespace ajar::ring {
namespace {

constexpr std::uint32_t kCells = 256;
constexpr std::uint64_t kRingAt = 4096;
constexpr std::uint64_t kNodesAt = kRingAt + std::uint64_t{kCells} * AJAR_CELL;
constexpr std::uint32_t kNodes = 16;

// A segment in the test's own memory.
class Segment {
 public:
  Segment() : memory_((kNodesAt + kNodes * sizeof(ajar_node)) / sizeof(Line)) {
    ajar_segment& header = this->header();
    header.version = AJAR_WIRE_VERSION;
    header.layout = sizeof(ajar_segment);
    header.size = bytes().size();
    header.ring_offset = kRingAt;
    header.nodes_offset = kNodesAt;
    header.ring_cells = kCells;
    header.nodes_capacity = kNodes;
    header.magic = AJAR_WIRE_MAGIC;
  }

  ajar_segment& header() { return *reinterpret_cast<ajar_segment*>(memory_.data()); }
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(memory_)); }
  Consumer consumer() { return Consumer::open(bytes()).value(); }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> memory_;
};

// A record that holds a thread id and a number, padded to `bytes`.
bool write(Segment& segment, std::uint32_t tid, std::uint64_t number,
           std::uint32_t bytes = sizeof(ajar_event)) {
  Producer producer(&segment.header());
  ajar_record* record = producer.reserve(bytes, AJAR_RECORD_EVENT);
  if (record == nullptr) return false;
  auto* event = reinterpret_cast<ajar_event*>(record);
  event->tid = tid;
  event->time = number;
  producer.commit(record);
  return true;
}

const ajar_event* next_event(Consumer& consumer, bool writer_gone = false) {
  return reinterpret_cast<const ajar_event*>(consumer.next(writer_gone));
}

TEST(Ring, GivesRecordsInTheOrderInWhichTheyWereReserved) {
  Segment segment;
  Consumer consumer = segment.consumer();
  for (std::uint64_t i = 0; i < 10; ++i) ASSERT_TRUE(write(segment, 1, i));
  for (std::uint64_t i = 0; i < 10; ++i) {
    const ajar_event* event = next_event(consumer);
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->time, i);
  }
  EXPECT_EQ(consumer.next(false), nullptr);
}

TEST(Ring, RefusesWhatDoesNotFitUntilCellsAreReleased) {
  Segment segment;
  Consumer consumer = segment.consumer();
  std::uint64_t written = 0;
  while (write(segment, 1, written)) ++written;
  EXPECT_EQ(written, kCells);
  while (next_event(consumer) != nullptr) {
  }
  EXPECT_FALSE(write(segment, 1, 0));
  consumer.release();
  EXPECT_TRUE(write(segment, 1, 0));
}

TEST(Ring, PadsTheEndWhenALongRecordDoesNotFitThere) {
  Segment segment;
  Consumer consumer = segment.consumer();
  std::uint64_t read = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(write(segment, 1, i, 64 * (1 + static_cast<std::uint32_t>(i % 7))));
    while (const ajar_event* event = next_event(consumer)) EXPECT_EQ(event->time, read++);
    consumer.release();
  }
  EXPECT_EQ(read, 1000U);
}

TEST(Ring, WaitsAtARecordThatIsNotFinishedWhileItsWriterLives) {
  Segment segment;
  Consumer consumer = segment.consumer();
  Producer producer(&segment.header());
  ajar_record* unfinished = producer.reserve(100, AJAR_RECORD_EVENT);
  ASSERT_TRUE(write(segment, 1, 5));
  EXPECT_EQ(consumer.next(false), nullptr);
  EXPECT_TRUE(consumer.at_hole());
  producer.commit(unfinished);
  EXPECT_NE(consumer.next(false), nullptr);
}

TEST(Ring, SkipsAndCountsAHoleWhenTheWriterIsGone) {
  Segment segment;
  Consumer consumer = segment.consumer();
  Producer producer(&segment.header());
  static_cast<void>(producer.reserve(200, AJAR_RECORD_EVENT));
  ASSERT_TRUE(write(segment, 1, 5));
  const ajar_event* event = next_event(consumer, true);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->time, 5U);
  EXPECT_EQ(consumer.lost(), 1U);
}

TEST(Ring, LosesNothingBetweenManyWritersAndOneReader) {
  Segment segment;
  Consumer consumer = segment.consumer();
  constexpr std::uint64_t kEach = 20000;
  constexpr std::uint32_t kWriters = 4;
  std::vector<std::thread> writers;
  for (std::uint32_t tid = 0; tid < kWriters; ++tid) {
    writers.emplace_back([&segment, tid] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        while (!write(segment, tid, i, 48 + static_cast<std::uint32_t>(i % 3) * 64))
          std::this_thread::yield();
      }
    });
  }
  std::map<std::uint32_t, std::uint64_t> expected;
  for (std::uint64_t read = 0; read < kEach * kWriters;) {
    const ajar_event* event = next_event(consumer);
    if (event == nullptr) {
      consumer.release();
      std::this_thread::yield();
      continue;
    }
    ASSERT_EQ(event->time, expected[event->tid]++);
    ++read;
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(consumer.next(false), nullptr);
  EXPECT_EQ(consumer.lost(), 0U);
}

TEST(Consumer, RefusesAHeaderThatPointsOutsideOfTheSegment) {
  const auto refused = [](auto&& spoil) {
    Segment segment;
    spoil(segment.header());
    return !Consumer::open(segment.bytes()).ok();
  };
  EXPECT_TRUE(refused([](ajar_segment& h) { h.ring_offset = ~std::uint64_t{0}; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.ring_cells = 1U << 31U; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.ring_cells = 257; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.nodes_capacity = ~0U; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.nodes_offset = 8; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.version = 99; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.magic = 0; }));
}

TEST(Consumer, EndsAtOnceWhateverAVictimWritesIntoTheHeader) {
  Segment segment;
  Consumer consumer = segment.consumer();
  segment.header().head = ~std::uint64_t{0} / 2;
  segment.header().nodes_used = ~0U;
  std::size_t records = 0;
  while (consumer.next(true) != nullptr) ++records;
  EXPECT_EQ(records, 0U);
  EXPECT_EQ(consumer.nodes_ready(), kNodes);
}

}  // namespace
}  // namespace ajar::ring
