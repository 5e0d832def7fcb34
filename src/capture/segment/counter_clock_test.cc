#include "capture/segment/counter_clock.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"

namespace ajar::capture::segment {
namespace {

// A clock that knows one made up moment: it is earlier than the real one, which is forgotten then.
CounterClock made_clock() {
  CounterClock clock;
  clock.add({.count = 1000, .ns = 50'000});
  return clock;
}

TEST(CounterClock, PutsCountsBetweenTwoMomentsInProportion) {
  CounterClock clock = made_clock();
  clock.add({.count = 3000, .ns = 51'000});
  clock.add({.count = 4000, .ns = 52'000});  // twice as fast
  EXPECT_EQ(clock.ns_of(1000), 50'000U);
  EXPECT_EQ(clock.ns_of(1500), 50'250U);
  EXPECT_EQ(clock.ns_of(3000), 51'000U);
  EXPECT_EQ(clock.ns_of(3300), 51'300U);
  EXPECT_EQ(clock.ns_of(4000), 52'000U);
}

TEST(CounterClock, GoesOnInTheSameWayBeforeAndBehindWhatItKnows) {
  CounterClock clock = made_clock();
  clock.add({.count = 3000, .ns = 51'000});
  EXPECT_EQ(clock.ns_of(600), 49'800U);
  EXPECT_EQ(clock.ns_of(3600), 51'300U);
}

TEST(CounterClock, NeverTurnsTheOrderOfTwoCounts) {
  CounterClock clock = made_clock();
  std::uint64_t count = 1000;
  std::uint64_t ns = 50'000;
  std::uint64_t converted = count;
  std::uint64_t before = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    clock.add({.count = count += 1000 + i * 37 % 100, .ns = ns += 300 + i * 91 % 200});
    for (; converted <= count; converted += 7) {
      const std::uint64_t time = clock.ns_of(converted);
      EXPECT_GE(time, before) << converted;
      before = time;
    }
  }
}

TEST(CounterClock, RemembersItsFirstMomentAndManyOfTheLast) {
  CounterClock clock = made_clock();
  for (std::uint64_t i = 1; i <= 5000; ++i) clock.add({.count = 1000 + 10 * i, .ns = 50'000 + 30 * i});
  for (const std::uint64_t i :
       {std::uint64_t{0}, std::uint64_t{10}, std::uint64_t{4200}, std::uint64_t{5000}}) {
    EXPECT_EQ(clock.ns_of(1000 + 10 * i), 50'000 + 30 * i);
  }
}

// The formula itself: where a count stands between the two moments around it, or from the first to the last.
std::uint64_t in_proportion(const CounterClock::Moment& first, const CounterClock::Moment& second,
                            std::uint64_t count) {
  const auto part = static_cast<long double>(static_cast<std::int64_t>(count - first.count));
  const auto whole = static_cast<long double>(second.count - first.count);
  const long double ns = part / whole * static_cast<long double>(second.ns - first.ns);
  return first.ns + static_cast<std::uint64_t>(std::llround(ns));
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b) {
  return a < b ? b - a : a - b;
}

// As of a processor of 3 GHz that runs for days, looked at after some milliseconds or seconds.
TEST(CounterClock, GivesTheTimesOfTheFormulaWithinANanosecond) {
  constexpr std::uint64_t kRemembered = 500;
  std::mt19937_64 random(20);
  CounterClock clock = made_clock();
  std::vector<CounterClock::Moment> moments = {{.count = 1000, .ns = 50'000}};
  CounterClock::Moment at{.count = std::uint64_t{1} << 50U, .ns = std::uint64_t{1} << 48U};
  for (int i = 0; i < 3000; ++i) {
    moments.push_back(at);
    clock.add(at);
    const std::uint64_t ns = 1'000'000 + random() % 5'000'000'000;
    at = {.count = at.count + ns * 3 + random() % 10'000, .ns = at.ns + ns};
  }
  EXPECT_LE(distance(clock.ns_of(moments.front().count), moments.front().ns), 1U);
  for (std::size_t i = moments.size() - kRemembered; i < moments.size(); ++i) {
    const CounterClock::Moment& before = moments[i - 1];
    const CounterClock::Moment& after = moments[i];
    for (int tries = 0; tries < 20; ++tries) {
      const std::uint64_t count = before.count + random() % (after.count - before.count);
      EXPECT_LE(distance(clock.ns_of(count), in_proportion(before, after, count)), 1U) << i << " " << count;
    }
    EXPECT_EQ(clock.ns_of(after.count), after.ns) << i;
  }
  for (const std::uint64_t later : {1'000U, 3'000'000U, 3'000'000'000U}) {
    const std::uint64_t count = moments.back().count + later;
    EXPECT_LE(distance(clock.ns_of(count), in_proportion(moments.front(), moments.back(), count)), 1U)
        << later;
  }
}

TEST(CounterClock, BeginsAnewWhenTheCounterWasSetBack) {
  CounterClock clock = made_clock();
  clock.add({.count = 3000, .ns = 51'000});
  clock.add({.count = 10, .ns = 90'000});
  EXPECT_EQ(clock.ns_of(10), 90'000U);
  clock.add({.count = 20, .ns = 90'020});
  EXPECT_EQ(clock.ns_of(15), 90'010U);
}

TEST(CounterClock, TellsTheTimeOfTheSystemsClock) {
  if (!counter_tells_time()) GTEST_SKIP() << "the kernel has another clock source";
  CounterClock clock;
  const std::uint64_t before = base::monotonic_ns();
  const std::uint64_t count = __builtin_ia32_rdtsc();
  const std::uint64_t after = base::monotonic_ns();
  EXPECT_GE(clock.look(), count);
  constexpr std::uint64_t kTolerance = 100'000;  // ns: the two looks may have been interrupted
  EXPECT_GE(clock.ns_of(count) + kTolerance, before);
  EXPECT_LE(clock.ns_of(count), after + kTolerance);
}

TEST(CounterClock, TrustsTheCounterOnlyWhereTheKernelDoes) {
  const std::string path = ::testing::TempDir() + "/counter_clock_source";
  EXPECT_FALSE(counter_tells_time(path + ".missing"));
  std::ofstream(path) << "hpet\n";
  EXPECT_FALSE(counter_tells_time(path));
  std::ofstream(path) << "tsc\n";
  EXPECT_TRUE(counter_tells_time(path));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace ajar::capture::segment
