#include "analyze/together.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

#include "analyze/seeded_runs.h"

namespace ajar::analyze {
namespace {

// Of one pair of series: what differs from pair to pair.
struct Case {
  std::mt19937_64 random;
  std::size_t samples = 0;
  double every = 1;  // seconds

  explicit Case(std::uint64_t seed) : random(seed) {
    constexpr std::size_t kSamples[] = {30, 60, 120, 300, 600};
    constexpr double kEvery[] = {0.05, 1, 15, 60};
    samples = kSamples[random() % std::size(kSamples)];
    every = kEvery[random() % std::size(kEvery)];
  }

  double uniform(double from, double to) { return std::uniform_real_distribution<double>(from, to)(random); }
  double poisson(double mean) {
    return mean <= 0 ? 0 : static_cast<double>(std::poisson_distribution<int>(mean)(random));
  }
};

struct Pair {
  std::vector<Point> one, other;
};

// `rise` gives how much the two grow by from one sample to the next.
Pair pair_of(Case& c, const std::function<std::pair<double, double>(std::size_t)>& rise) {
  Pair pair;
  double one = c.uniform(10, 1000);
  double other = c.uniform(10, 1000);
  for (std::size_t i = 0; i < c.samples; ++i) {
    const double at = static_cast<double>(i) * c.every;
    pair.one.push_back({.at = at, .value = std::floor(one)});
    pair.other.push_back({.at = at, .value = std::floor(other)});
    const auto [a, b] = rise(i);
    one += a;
    other += b;
  }
  return pair;
}

double share_alike(const std::function<Pair(Case&)>& make, std::uint64_t runs = kSeededRuns) {
  std::uint64_t found = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    Case c(seed);
    const Pair pair = make(c);
    if (resemblance(pair.one, pair.other)) ++found;
  }
  return static_cast<double>(found) / static_cast<double>(runs);
}

TEST(Resemblance, IsNotSeenInSteadyLeaksWhoseLevelsAlwaysGoAlike) {
  EXPECT_EQ(share_alike([](Case& c) {
              const double a = c.uniform(0.1, 50);
              const double b = c.uniform(0.1, 50);
              return pair_of(c, [&](std::size_t) { return std::pair(a, b); });
            }),
            0);
}

TEST(Resemblance, IsHardlyEverSeenInLeaksThatHaveNothingToDoWithEachOther) {
  EXPECT_LT(share_alike([](Case& c) {
              const double a = c.uniform(0.1, 50);
              const double b = c.uniform(0.1, 50);
              return pair_of(c, [&](std::size_t) { return std::pair(c.poisson(a), c.poisson(b)); });
            }),
            0.01);
  EXPECT_LT(share_alike([](Case& c) {
              const double often = c.uniform(0.02, 0.5);
              const double size = c.uniform(5, 200);
              const auto burst = [&] { return c.uniform(0, 1) < often ? c.poisson(size) : 0.0; };
              return pair_of(c, [&](std::size_t) { return std::pair(burst(), burst()); });
            }),
            0.01);
}

TEST(Resemblance, IsNotMadeByDayAndNight) {
  EXPECT_LT(share_alike([](Case& c) {
              c.samples = 600;
              const double a = c.uniform(5, 50);
              const double b = c.uniform(5, 50);
              const double day = c.uniform(15, 300);  // samples
              return pair_of(c, [&](std::size_t i) {
                const double load = 1 + std::sin(2 * std::numbers::pi * static_cast<double>(i) / day);
                return std::pair(c.poisson(a * load), c.poisson(b * load));
              });
            }),
            0.01);
}

TEST(Resemblance, IsNotMadeByOneJumpOfBoth) {
  EXPECT_LT(share_alike([](Case& c) {
              const double a = c.uniform(1, 20);
              const std::size_t jump = c.random() % c.samples;
              return pair_of(c, [&](std::size_t i) {
                const double more = i == jump ? 5000 : 0;
                return std::pair(c.poisson(a) + more, c.poisson(a) + more);
              });
            }),
            0.01);
}

TEST(Resemblance, IsNotMadeByTheClock) {
  EXPECT_LT(share_alike([](Case& c) {
              const std::size_t period = 3 + c.random() % 9;
              return pair_of(c, [&](std::size_t i) {
                const double more = i % period == 0 ? 40 : 0;
                return std::pair(c.poisson(2) + more, c.poisson(3) + more);
              });
            }),
            0.01);

  EXPECT_EQ(share_alike([](Case& c) {
              const std::size_t period = 2 + c.random() % 9;
              return pair_of(c, [&](std::size_t i) {
                const double one = i % period == 0 ? 1 : 0;
                return std::pair(one, one);
              });
            }),
            0);
}

TEST(Resemblance, IsSeenWhereOneCauseMakesBothLeakInBursts) {
  EXPECT_GT(share_alike([](Case& c) {
              c.samples = std::max<std::size_t>(c.samples, 60);
              const double often = c.uniform(0.15, 0.4);
              const double share = c.uniform(0.5, 2);
              return pair_of(c, [&](std::size_t) {
                const double burst = c.uniform(0, 1) < often ? c.poisson(60) : 0;
                return std::pair(burst + c.poisson(0.3), share * burst + c.poisson(0.3));
              });
            }),
            0.9);
}

TEST(Resemblance, DoesNotComeFromUnevenTimesBetweenSamples) {
  EXPECT_LT(share_alike([](Case& c) {
              double one = 0;
              double at = 0;
              Pair pair;
              for (std::size_t i = 0; i < c.samples; ++i) {
                const double wait = c.every * c.uniform(0.2, 4);
                at += wait;
                one += 30 * wait;
                pair.one.push_back({.at = at, .value = std::floor(one)});
                pair.other.push_back({.at = at, .value = std::floor(2 * one)});
              }
              return pair;
            }),
            0.01);
}

TEST(Resemblance, IsOfCommonSamplesOnly) {
  const std::vector<Point> one(100, Point{.at = 1, .value = 1});
  EXPECT_FALSE(resemblance(one, {}));
  EXPECT_FALSE(resemblance({}, {}));
}

std::vector<PairLook> looks(double each, double shared, double other_each, double other_shared) {
  std::vector<PairLook> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back({.at = 5.0 * i,
                   .open = 40 + each * i,
                   .shared = 3 + shared * i,
                   .other_open = 90 + other_each * i,
                   .other_shared = 3 + other_shared * i});
  }
  return all;
}

TEST(HandInHand, AreThoseWhoseSharedObjectsAreWhatTheyGrowBy) {
  const auto together = hand_in_hand(looks(60, 58, 65, 58));
  ASSERT_TRUE(together);
  EXPECT_DOUBLE_EQ(together->shared_per_second, 58 / 5.0);
  EXPECT_DOUBLE_EQ(together->share_of_growth, 58 / 60.0);
}

TEST(HandInHand, IsAServerWithEachOfItsClients) {
  EXPECT_TRUE(hand_in_hand(looks(300, 60, 60, 60)));
  EXPECT_TRUE(hand_in_hand(looks(60, 60, 300, 60)));
}

TEST(HandInHand, AreNotThoseThatShareLittleOfWhatTheyGrowBy) {
  EXPECT_FALSE(hand_in_hand(looks(100, 20, 100, 20))) << "a fifth of each";
  EXPECT_FALSE(hand_in_hand(looks(100, 100, 2000, 100))) << "a twentieth of the other's";
  EXPECT_FALSE(hand_in_hand(looks(100, 0, 100, 0))) << "what they shared all the time";
  EXPECT_FALSE(hand_in_hand(looks(1, 1, 1, 1))) << "four handles";
}

TEST(HandInHand, TakesThreeLooks) {
  const auto all = looks(60, 60, 60, 60);
  EXPECT_FALSE(hand_in_hand(std::span(all).first(2)));
  EXPECT_TRUE(hand_in_hand(std::span(all).first(3)));
  EXPECT_FALSE(hand_in_hand({}));
}

}  // namespace
}  // namespace ajar::analyze
