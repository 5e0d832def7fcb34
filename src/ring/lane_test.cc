#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "ring/consumer.h"
#include "ring/producer.h"
#include "ring/testing/fake_segment.h"

namespace ajar::ring {
namespace {

TEST(Lane, GivesRecordsInTheOrderInWhichTheyWereReserved) {
  Segment segment;
  Consumer consumer = segment.consumer();
  for (const std::uint64_t time : Times{5, 3, 9, 1}) ASSERT_TRUE(write(segment, 1, time));
  EXPECT_EQ(times_at(consumer, 100), (Times{5, 3, 9, 1}));
  EXPECT_EQ(times_at(consumer, 100), Times{});
}

TEST(Lane, LeavesWhatDoesNotFitToTheOtherLanesUntilAllAreFull) {
  Segment segment;
  Consumer consumer = segment.consumer();
  std::uint64_t written = 0;
  while (write(segment, 3, written)) ++written;
  EXPECT_EQ(written, std::uint64_t{kCells} * kOwnLanes);
  EXPECT_EQ(segment.header().lanes[AJAR_IMAGE_LANE].head, 0U);
  consumer.look(written);
  for (std::uint64_t i = 0; i < written; ++i) ASSERT_EQ(next_event(consumer)->record.time, i);
  EXPECT_FALSE(write(segment, 3, 0));
  consumer.release();
  EXPECT_TRUE(write(segment, 3, 0));
}

TEST(Lane, OfTheImageLeavesWhatDoesNotFitToTheOthersToo) {
  Segment segment;
  std::uint64_t written = 0;
  while (write(segment, AJAR_IMAGE_LANE, written)) ++written;
  EXPECT_EQ(written, std::uint64_t{kCells} * AJAR_LANES);
}

TEST(Lane, IsPaddedAtItsEndWhenALongRecordDoesNotFitThere) {
  Segment segment;
  Consumer consumer = segment.consumer();
  std::uint64_t read = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(write(segment, 1, i, 64 * (1 + static_cast<std::uint32_t>(i % 7))));
    consumer.look(i);
    while (const ajar_event* event = next_event(consumer)) EXPECT_EQ(event->record.time, read++);
    consumer.release();
  }
  EXPECT_EQ(read, 1000U);
}

TEST(Lane, IsTakenByANewThreadWhereTheLeastWasWritten) {
  Segment segment;
  EXPECT_EQ(quietest_lane(segment.header()), 1U);
  for (std::uint32_t lane = 0; lane < AJAR_LANES; ++lane) {
    for (std::uint32_t i = 0; lane != 5 && i < 3; ++i) ASSERT_TRUE(write(segment, lane, i));
  }
  ASSERT_TRUE(write(segment, 5, 1));
  EXPECT_EQ(quietest_lane(segment.header()), 5U);
}

// A segment in which lanes have 1024 cells at the most, and none at first.
class GrowingSegment {
 public:
  static constexpr std::uint32_t kMost = 1024;

  explicit GrowingSegment(std::uint32_t cells_in_all) : memory_(kSize / sizeof(Line)) {
    left_ = cells_in_all;
    cell_memory.claim = [](ajar_segment&, std::uint32_t, std::uint32_t from, std::uint32_t to) {
      if (left_ < to - from) return false;
      left_ -= to - from;
      return true;
    };
    cell_memory.give_back = [](ajar_segment&, std::uint32_t, std::uint32_t, std::uint32_t) { ++given_back_; };
    given_back_ = 0;
    ajar_segment& h = header();
    h.version = AJAR_WIRE_VERSION;
    h.layout = sizeof(ajar_segment);
    h.size = kSize;
    h.ring_offset = kRingAt;
    h.nodes_offset = kSize - kNodes * sizeof(ajar_node);
    h.lane_cells = kMost;
    h.nodes_capacity = kNodes;
    h.magic = AJAR_WIRE_MAGIC;
  }
  GrowingSegment(const GrowingSegment&) = delete;
  GrowingSegment& operator=(const GrowingSegment&) = delete;
  ~GrowingSegment() { cell_memory = {}; }

  ajar_segment& header() { return *reinterpret_cast<ajar_segment*>(memory_.data()); }
  static int given_back() { return given_back_; }
  std::uint32_t cells(std::uint32_t lane) { return header().lanes[lane].cells; }
  bool write(std::uint64_t time, std::uint32_t lane = 2) {
    Producer producer(&header(), lane);
    ajar_record* record = producer.reserve(AJAR_CELL, AJAR_RECORD_EVENT, time);
    if (record != nullptr) producer.commit(record);
    return record != nullptr;
  }
  Consumer consumer() { return Consumer::open(std::as_writable_bytes(std::span(memory_))).value(); }

 private:
  static constexpr std::uint64_t kSize =
      kRingAt + std::uint64_t{kMost} * AJAR_LANES * AJAR_CELL + kNodes * sizeof(ajar_node);
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  static std::atomic<std::uint32_t> left_;
  static std::atomic<int> given_back_;
  std::vector<Line> memory_;
};
std::atomic<std::uint32_t> GrowingSegment::left_ = 0;
std::atomic<int> GrowingSegment::given_back_ = 0;

TEST(GrowingLane, HasAsManyCellsAsWereNeeded) {
  GrowingSegment segment(GrowingSegment::kMost);
  for (std::uint64_t i = 0; i < 257; ++i) ASSERT_TRUE(segment.write(i));
  EXPECT_EQ(segment.cells(2), 512U);
  EXPECT_EQ(segment.cells(3), 0U);
  Consumer consumer = segment.consumer();
  consumer.look_at_the_last();
  EXPECT_EQ(times_left(consumer).size(), 257U);
}

// All memory, a half of what would be wanted, and as little as there is at first.
class GrowingLaneGoesRound : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(GrowingLaneGoesRound, InWhatMemoryItWasGiven) {
  GrowingSegment segment(GetParam());
  Consumer consumer = segment.consumer();
  for (std::uint64_t i = 0; i < 5000; ++i) {
    ASSERT_TRUE(segment.write(i)) << i;
    if (i % 7 != 0) continue;
    consumer.look_at_the_last();
    const Times times = times_left(consumer);
    ASSERT_FALSE(times.empty());
    EXPECT_EQ(times.back(), i);
    consumer.release();
  }
  EXPECT_EQ(segment.cells(2) & ~AJAR_CELLS_STAY, GetParam());
}
INSTANTIATE_TEST_SUITE_P(Ring, GrowingLaneGoesRound, ::testing::Values(256U, 512U, 1024U));

TEST(GrowingLane, IsFullWhereItHasNoMemoryAndAsksOnce) {
  GrowingSegment segment(256);
  std::uint64_t written = 0;
  while (written < 2000 && segment.write(written)) ++written;
  EXPECT_EQ(written, 256U);
  for (std::uint32_t lane = 0; lane < AJAR_LANES; ++lane) {
    if (lane == AJAR_IMAGE_LANE) continue;
    EXPECT_NE(segment.cells(lane) & AJAR_CELLS_STAY, 0U) << lane;
  }
  Consumer consumer = segment.consumer();
  consumer.look_at_the_last();
  EXPECT_EQ(times_left(consumer).size(), 256U);
  consumer.release();
  EXPECT_EQ(GrowingSegment::given_back(), int{AJAR_LANES} - 1) << "each lane but the image's asked once";
  EXPECT_TRUE(segment.write(written)) << "it goes on where there is room again";
}

TEST(GrowingLane, LosesNothingBetweenManyWritersAndOneReader) {
  GrowingSegment segment(512);
  Consumer consumer = segment.consumer();
  constexpr std::uint64_t kEach = 20'000;
  std::vector<std::thread> writers;
  for (int i = 0; i < 3; ++i) {
    writers.emplace_back([&] {
      for (std::uint64_t n = 1; n <= kEach;) n += segment.write(n) ? 1U : 0U;
    });
  }
  std::uint64_t read = 0;
  while (read < 3 * kEach) {
    consumer.look(~std::uint64_t{0} / 2);
    read += times_left(consumer).size();
    consumer.release();
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(read, 3 * kEach);
  EXPECT_EQ(consumer.lost(), 0U);
}

}  // namespace
}  // namespace ajar::ring
