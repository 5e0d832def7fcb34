#include "capture/win_htrace/seen_traces.h"

#include <gtest/gtest.h>

#include "capture/win_htrace/fake_system.h"

namespace ajar::capture::win_htrace {
namespace {

constexpr std::size_t kSlots = 128;

class SeenTracesTest : public ::testing::Test {
 protected:
  void does(std::uint64_t handle, HandleTrace::Kind kind = HandleTrace::Kind::open) {
    ring_.keep({.handle = handle, .process = 1, .thread = 2, .kind = kind, .addresses = {0x1000}});
  }
  void does_both() {
    does(4);
    does(4, HandleTrace::Kind::close);
  }
  void does_many(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) does(next_ += 4);
  }
  SeenTraces::New look() {
    const auto answer = ring_.answer();
    return seen_.look(*HandleTraces::read(answer));
  }
  void expect(std::size_t count, bool has_gap) {
    const SeenTraces::New found = look();
    EXPECT_EQ(found.count, count);
    EXPECT_EQ(found.has_gap, has_gap);
  }

  FakeRing ring_{kSlots};
  SeenTraces seen_{kSlots};
  std::uint64_t next_ = 0;
};

TEST_F(SeenTracesTest, OnlyWhatCameSinceIsNew) {
  does_many(3);
  expect(3, false);
  expect(0, false);
  does_many(2);
  expect(2, false);
}

TEST_F(SeenTracesTest, EqualOperationsAreCountedWhileTheRingGrows) {
  for (int i = 0; i < 5; ++i) does_both();
  expect(10, false);
  for (int i = 0; i < 7; ++i) does_both();
  expect(14, false);
}

TEST_F(SeenTracesTest, AFullRingStillHasThoseThatWereSeen) {
  does_many(kSlots);
  look();
  does_many(100);
  expect(100, false);
  does_many(1);
  expect(1, false);
}

TEST_F(SeenTracesTest, EqualOperationsAmongOthersAreCountedInAFullRing) {
  does_many(kSlots);
  look();
  for (int i = 0; i < 20; ++i) does_both();
  expect(40, false);
  for (int i = 0; i < 20; ++i) does_both();
  expect(40, false);
}

TEST_F(SeenTracesTest, WhereNothingOfBeforeIsLeftThereIsAGap) {
  does_many(kSlots);
  look();
  does_many(kSlots + 1);
  expect(kSlots, true);
  does_many(5);
  expect(5, false);
}

TEST_F(SeenTracesTest, AFewEqualTracesAtTheEndAreNoProofThatNoneIsMissing) {
  does_many(kSlots - 1);
  does(0x9000);
  look();
  does(0x9000);
  does_many(kSlots - 1);
  expect(kSlots, true);
}

TEST_F(SeenTracesTest, TheFirstLookAtAFullRingIsBehindAGap) {
  does_many(kSlots + 3);
  expect(kSlots, true);
}

TEST_F(SeenTracesTest, AClearedRingIsBehindAGap) {
  does_many(40);
  look();
  ring_.clear();
  does_many(2);
  expect(2, true);
}

TEST_F(SeenTracesTest, ASmallerRingThanWasAskedForIsKnownWhenItIsFull) {
  SeenTraces asked_for_more(4 * kSlots);
  does_many(kSlots);
  auto answer = ring_.answer();
  asked_for_more.look(*HandleTraces::read(answer));
  EXPECT_EQ(asked_for_more.slots(), 4 * kSlots);
  does_many(3);
  answer = ring_.answer();
  EXPECT_EQ(asked_for_more.look(*HandleTraces::read(answer)).count, 3U);
  EXPECT_EQ(asked_for_more.slots(), kSlots);
}

TEST_F(SeenTracesTest, OneRepetitionAllThroughTheRingTellsNoNumber) {
  for (std::size_t i = 0; i < kSlots; ++i)
    does(4, i % 2 == 0 ? HandleTrace::Kind::open : HandleTrace::Kind::close);
  look();
  does_both();
  expect(0, false);
  does_many(1);
  expect(1, false);
}

}  // namespace
}  // namespace ajar::capture::win_htrace
