#include "analyze/slot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace ajar::analyze {
namespace {

using model::StackId;
using model::Time;

// Keeps what every ledger must be able to rely on: an opening is counted once, a closing at most once.
class FakeLedger final : public Ledger {
 public:
  void count_opened(const Generation& generation, int number) override {
    opened_[generation.stack] += number;
  }
  void count_closed(const Generation& generation, int number) override {
    closed_[generation.stack] += number;
  }

  int opened(std::uint32_t stack) { return opened_[StackId{stack}]; }
  int closed(std::uint32_t stack) { return closed_[StackId{stack}]; }
  int outstanding() {
    int sum = 0;
    for (const auto& [stack, number] : opened_) sum += number - closed_[stack];
    return sum;
  }

 private:
  std::map<StackId, int> opened_, closed_;
};

struct Fixture : testing::Test {
  void open(int time, std::uint32_t stack) {
    Generation generation;
    generation.opened = Time{time};
    generation.stack = StackId{stack};
    slot.open(generation, ledger);
  }
  void close(int time) { slot.close(Time{time}, StackId{99}, ledger); }

  Slot slot;
  FakeLedger ledger;
};

using SlotTest = Fixture;

TEST_F(SlotTest, ACloseEndsTheLifeBeforeIt) {
  open(10, 1);
  close(20);
  EXPECT_EQ(slot.current(), nullptr);
  EXPECT_EQ(ledger.closed(1), 1);
}

TEST_F(SlotTest, AnOpenThatArrivesBeforeTheCloseThatMadeRoomForItIsTheOneThatGoesOn) {
  open(10, 1);
  open(30, 2);
  close(20);
  ASSERT_NE(slot.current(), nullptr);
  EXPECT_EQ(slot.current()->stack, StackId{2});
  EXPECT_EQ(slot.latest_before(Time{15})->gone, Generation::Gone::closed);
  EXPECT_EQ(ledger.closed(1), 1);
  EXPECT_EQ(ledger.closed(2), 0);
}

TEST_F(SlotTest, ACloseThatArrivesBeforeItsOpenWaitsForIt) {
  close(20);
  open(10, 1);
  EXPECT_EQ(slot.current(), nullptr);
  EXPECT_EQ(ledger.closed(1), 1);
}

TEST_F(SlotTest, ACloseTakenForAnEarlierLifeIsGivenToTheOneItBelongsTo) {
  open(10, 1);
  close(40);
  open(30, 2);
  close(20);
  EXPECT_EQ(slot.current(), nullptr);
  EXPECT_EQ(slot.latest_before(Time{15})->closed, Time{20});
  EXPECT_EQ(slot.latest_before(Time{35})->closed, Time{40});
  EXPECT_EQ(ledger.closed(1), 1);
  EXPECT_EQ(ledger.closed(2), 1);
}

TEST_F(SlotTest, ACloseAndAnOpenOfTheSameMomentAreInTheOrderInWhichTheyCame) {
  close(20);
  open(20, 1);
  EXPECT_NE(slot.current(), nullptr);
  close(20);
  EXPECT_EQ(slot.current(), nullptr);
}

TEST_F(SlotTest, ALifeThatAnotherOneFollowsIsOver) {
  open(10, 1);
  open(20, 2);
  EXPECT_EQ(slot.latest_before(Time{15})->gone, Generation::Gone::replaced);
  EXPECT_EQ(ledger.outstanding(), 1);
}

TEST_F(SlotTest, AVanishedLifeThatIsClosedLateWasClosed) {
  open(10, 1);
  slot.vanish(Time{50}, Generation::Gone::vanished, ledger);
  close(30);
  EXPECT_EQ(slot.latest_before(Time{50})->closed, Time{30});
  EXPECT_EQ(ledger.closed(1), 1);
}

TEST_F(SlotTest, AnOpenThatArrivesAfterASnapshotShowedItExplainsIt) {
  Generation unseen;
  unseen.opened = Time{50};
  unseen.origin = Generation::Origin::unseen;
  slot.open(unseen, ledger);
  open(40, 1);
  ASSERT_NE(slot.current(), nullptr);
  EXPECT_EQ(slot.current()->origin, Generation::Origin::event);
}

TEST_F(SlotTest, PresenceIsUnknownWhileSomethingHappened) {
  open(100, 1);
  close(200);
  EXPECT_EQ(slot.during(Time{120}, Time{150}, Time{10}), Slot::Presence::open);
  EXPECT_EQ(slot.during(Time{190}, Time{210}, Time{10}), Slot::Presence::unknown);
  EXPECT_EQ(slot.during(Time{205}, Time{210}, Time{10}), Slot::Presence::unknown)
      << "closed only just before";
  EXPECT_EQ(slot.during(Time{50}, Time{95}, Time{10}), Slot::Presence::unknown) << "opened only just after";
  EXPECT_EQ(slot.during(Time{50}, Time{60}, Time{10}), Slot::Presence::closed);
  EXPECT_EQ(slot.during(Time{300}, Time{310}, Time{10}), Slot::Presence::closed);
}

TEST_F(SlotTest, WhatIsOlderThanTheLivesThatAreKeptIsUnknown) {
  for (int i = 0; i < 20; ++i) {
    open(i * 10 + 1, 1);
    close(i * 10 + 5);
  }
  EXPECT_EQ(slot.during(Time{12}, Time{13}, Time{0}), Slot::Presence::unknown);
  EXPECT_EQ(ledger.opened(1), 20);
  EXPECT_EQ(ledger.closed(1), 20);
}

// Whatever the order of arrival within a few events, the outcome is that of the right order.
TEST_F(SlotTest, ShuffledArrivalsLeadToTheSameOutcome) {
  for (unsigned seed = 0; seed < 5000; ++seed) {
    std::mt19937 random(seed);
    const int lives = 1 + static_cast<int>(random() % 5);
    const bool left_open = random() % 2 == 0;
    struct Arrival {
      int time;
      bool opens;
      std::uint32_t stack;
    };
    std::vector<Arrival> arrivals;
    for (int i = 0; i < lives; ++i) {
      arrivals.push_back({.time = 10 + i * 10, .opens = true, .stack = static_cast<std::uint32_t>(i + 1)});
      if (i + 1 < lives || !left_open) arrivals.push_back({.time = 15 + i * 10, .opens = false, .stack = 0});
    }
    std::ranges::shuffle(arrivals, random);
    slot = Slot();
    ledger = FakeLedger();
    for (const Arrival& arrival : arrivals) {
      arrival.opens ? open(arrival.time, arrival.stack) : close(arrival.time);
    }
    EXPECT_EQ(slot.current() != nullptr, left_open) << "seed " << seed;
    EXPECT_EQ(ledger.outstanding(), left_open ? 1 : 0) << "seed " << seed;
    for (int i = 0; i < lives; ++i) {
      const Generation* life = slot.latest_before(Time{12 + i * 10});
      ASSERT_NE(life, nullptr) << "seed " << seed;
      EXPECT_EQ(life->stack, StackId{static_cast<std::uint32_t>(i + 1)}) << "seed " << seed;
      if (i + 1 < lives || !left_open) {
        EXPECT_EQ(life->gone, Generation::Gone::closed) << "seed " << seed << " life " << i;
        EXPECT_EQ(life->closed, Time{15 + i * 10}) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace ajar::analyze
