#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "ring/testing/fake_segment.h"

namespace ajar::ring {
namespace {

TEST(Lanes, AreReadInTheOrderOfTheirRecordsTimes) {
  Segment segment;
  Consumer consumer = segment.consumer();
  for (const std::uint64_t time : Times{1, 4, 5, 10}) ASSERT_TRUE(write(segment, 2, time));
  for (const std::uint64_t time : Times{2, 3, 11}) ASSERT_TRUE(write(segment, 1, time));
  for (const std::uint64_t time : Times{6, 7, 12}) ASSERT_TRUE(write(segment, 7, time));
  EXPECT_EQ(times_at(consumer, 100), (Times{1, 2, 3, 4, 5, 6, 7, 10, 11, 12}));
}

TEST(Lanes, KeepARecordThatIsLaterThanTheLookForTheNextOne) {
  Segment segment;
  Consumer consumer = segment.consumer();
  ASSERT_TRUE(write(segment, 1, 10));
  ASSERT_TRUE(write(segment, 1, 30));
  EXPECT_EQ(times_at(consumer, 25), Times{10});
  ASSERT_TRUE(write(segment, 2, 27));  // had not been there yet when its lane was looked at
  ASSERT_TRUE(write(segment, 2, 45));
  EXPECT_EQ(times_at(consumer, 40), (Times{27, 30}));
  EXPECT_EQ(times_at(consumer, 50), Times{45});
}

TEST(Lanes, KeepNoRecordLongerThanThatWhateverTimeItHas) {
  Segment segment;
  Consumer consumer = segment.consumer();
  ASSERT_TRUE(write(segment, 1, kNever));
  ASSERT_TRUE(write(segment, 1, 20));
  EXPECT_EQ(times_at(consumer, 30), Times{});
  EXPECT_EQ(times_at(consumer, 40), (Times{kNever, 20}));
}

TEST(Lanes, AllWaitForARecordThatIsNotFinished) {
  Segment segment;
  Consumer consumer = segment.consumer();
  const Unfinished unfinished(segment, 2, 5);
  ASSERT_TRUE(write(segment, 1, 4));
  ASSERT_TRUE(write(segment, 1, 6));
  ASSERT_TRUE(write(segment, 2, 7));
  EXPECT_EQ(times_at(consumer, 100), Times{});
  unfinished.finish();
  EXPECT_EQ(times_at(consumer, 200), (Times{4, 5, 6, 7}));
  EXPECT_EQ(consumer.lost(), 0U);
}

TEST(Lanes, GoOnWithoutARecordThatHasNotBeenFinishedForLong) {
  Segment segment;
  Consumer consumer = segment.consumer();
  const Unfinished first(segment, 2, 5);
  ASSERT_TRUE(write(segment, 1, 6));
  EXPECT_EQ(times_at(consumer, 1000), Times{});
  EXPECT_EQ(times_at(consumer, 1000 + Consumer::kPatience), Times{});
  first.finish();
  const Unfinished second(segment, 2, 7);  // another one: the patience begins anew
  EXPECT_EQ(times_at(consumer, 2000 + Consumer::kPatience), Times{5});
  EXPECT_EQ(times_at(consumer, 3000 + Consumer::kPatience), Times{});
  EXPECT_EQ(times_at(consumer, 3001 + 2 * Consumer::kPatience), Times{6});
  EXPECT_EQ(consumer.lost(), 1U);
}

TEST(Lanes, ThatFillUpDoNotWaitForARecordThatIsNotFinished) {
  Segment segment;
  Consumer consumer = segment.consumer();
  const Unfinished unfinished(segment, 2, 5);
  for (std::uint64_t i = 0; i < kCells * AJAR_LANES / 2; ++i) ASSERT_TRUE(write(segment, 1, 10 + i));
  EXPECT_EQ(times_at(consumer, 10'000).front(), 10U);
  EXPECT_GE(consumer.fill_percent(), 50U);
  unfinished.finish();
  consumer.look(10'000);
  EXPECT_EQ(next_event(consumer)->record.time, 5U);
}

TEST(Lanes, AreReadAfterAllThatTheImagesLaneHas) {
  Segment segment;
  Consumer consumer = segment.consumer();
  ASSERT_TRUE(write(segment, 1, 10));
  ASSERT_TRUE(write(segment, AJAR_IMAGE_LANE, 40));
  ASSERT_TRUE(write(segment, AJAR_IMAGE_LANE, 50));
  EXPECT_EQ(times_at(consumer, 45), (Times{40, 50, 10}));
}

TEST(Lanes, WaitForTheImagesLaneEvenWhenTheyFillUp) {
  Segment segment;
  Consumer consumer = segment.consumer();
  const Unfinished module(segment, AJAR_IMAGE_LANE, 40);
  std::uint64_t time = 0;
  while (write(segment, 1, time)) ++time;
  EXPECT_EQ(times_at(consumer, 10'000), Times{});
  module.finish();
  consumer.look(10'000);
  EXPECT_EQ(next_event(consumer)->record.time, 40U);
  EXPECT_EQ(next_event(consumer)->record.time, 0U);
}

TEST(Lanes, OfAWriterThatIsGoneAreReadToTheirEndsWithoutItsHoles) {
  Segment segment;
  Consumer consumer = segment.consumer();
  const Unfinished first(segment, 1, 1);
  const Unfinished second(segment, 2, 2);
  ASSERT_TRUE(write(segment, 1, 9));
  ASSERT_TRUE(write(segment, 2, kNever));
  ASSERT_TRUE(write(segment, 2, 8));
  consumer.look_at_the_last();
  EXPECT_EQ(times_left(consumer), (Times{9, kNever, 8}));
  EXPECT_EQ(consumer.lost(), 2U);
}

TEST(Lanes, LoseNothingBetweenManyWritersAndOneReader) {
  Segment segment;
  Consumer consumer = segment.consumer();
  constexpr std::uint64_t kEach = 20000;
  constexpr std::uint32_t kWriters = 4;  // two in each lane
  std::vector<std::thread> writers;
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&segment, writer] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        Producer producer(&segment.header(), 1 + writer % 2);
        ajar_record* record = nullptr;
        while (record == nullptr) {
          record = producer.reserve(48 + static_cast<std::uint32_t>(i % 3) * 64, AJAR_RECORD_EVENT, i);
          if (record == nullptr) std::this_thread::yield();
        }
        reinterpret_cast<ajar_event*>(record)->tid = writer;
        producer.commit(record);
      }
    });
  }
  std::map<std::uint32_t, std::uint64_t> sum;
  for (std::uint64_t read = 0; read < kEach * kWriters;) {
    consumer.look(base::monotonic_ns());
    while (const ajar_event* event = next_event(consumer)) {
      sum[event->tid] += event->record.time;
      ++read;
    }
    consumer.release();
    std::this_thread::yield();
  }
  for (std::thread& writer : writers) writer.join();
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) EXPECT_EQ(sum[writer], kEach * (kEach - 1) / 2);
  EXPECT_EQ(times_at(consumer, base::monotonic_ns()), Times{});
  EXPECT_EQ(consumer.lost(), 0U);
}

// Whatever one thread has written when the next one takes its time comes first, also from another lane, and
// while the lanes are full.
TEST(Lanes, NeverTurnTheOrderOfWhatFollowedOnOneAnotherWhileTheyAreRead) {
  Segment segment;
  Consumer consumer = segment.consumer();
  constexpr std::uint64_t kEach = 20000;
  constexpr std::uint32_t kWriters = 3;
  std::mutex turn;
  std::uint64_t last = 0;
  std::vector<std::thread> writers;
  for (std::uint32_t writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        const std::lock_guard lock(turn);
        last = std::max(base::monotonic_ns(), last + 1);
        while (!write(segment, 1 + writer, last)) std::this_thread::yield();
      }
    });
  }
  std::uint64_t before = 0;
  std::uint64_t turned = 0;
  for (std::uint64_t read = 0; read < kEach * kWriters;) {
    consumer.look(base::monotonic_ns());
    while (const ajar_event* event = next_event(consumer)) {
      turned += event->record.time <= before ? 1 : 0;
      before = event->record.time;
      ++read;
    }
    consumer.release();
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(turned, 0U);
}

TEST(Consumer, RefusesAHeaderThatPointsOutsideOfTheSegment) {
  const auto refused = [](auto&& spoil) {
    Segment segment;
    spoil(segment.header());
    return !Consumer::open(segment.bytes()).ok();
  };
  EXPECT_TRUE(refused([](ajar_segment& h) { h.ring_offset = ~std::uint64_t{0}; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.lane_cells = 1U << 31U; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.lane_cells = 257; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.nodes_capacity = ~0U; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.nodes_offset = 8; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.version = 99; }));
  EXPECT_TRUE(refused([](ajar_segment& h) { h.magic = 0; }));
}

TEST(Consumer, EndsAtOnceWhateverAVictimWritesIntoTheHeader) {
  Segment segment;
  Consumer consumer = segment.consumer();
  for (ajar_lane& lane : segment.header().lanes) lane.head = ~std::uint64_t{0} / 2;
  segment.header().nodes_used = ~0U;
  consumer.look_at_the_last();
  EXPECT_EQ(times_left(consumer), Times{});
  EXPECT_EQ(consumer.nodes_ready(), kNodes);
}

}  // namespace
}  // namespace ajar::ring
