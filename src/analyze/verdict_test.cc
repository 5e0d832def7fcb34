#include "analyze/verdict.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "analyze/lifetimes.h"
#include "report/words.h"

namespace ajar::analyze {
namespace {

using report::Verdict;

model::Time nanoseconds(double seconds) {
  return model::Time(static_cast<std::int64_t>(seconds * 1e9));
}

// A synthetic life of one group of handles, and of what else the process does meanwhile.
class Life {
 public:
  explicit Life(double seconds, unsigned seed = 1) : random_(seed) { evidence_.life_s = seconds; }

  void open(double at, std::optional<double> closed = std::nullopt) {
    if (at < 0 || at >= evidence_.life_s) return;
    ++evidence_.opened;
    evidence_.curve.add_opened(nanoseconds(at));
    if (closed.has_value() && *closed < evidence_.life_s) {
      ++evidence_.closed;
      evidence_.curve.add_closed(nanoseconds(*closed));
      lifetimes_.add(nanoseconds(*closed - at));
    } else {
      evidence_.outstanding.push_back(at);
    }
  }

  void other(double at) {
    if (at >= 0 && at < evidence_.life_s) evidence_.others.add_opened(nanoseconds(at));
  }

  double seconds() const { return evidence_.life_s; }
  double uniform(double from, double to) { return std::uniform_real_distribution<double>(from, to)(random_); }
  double exponential(double mean) { return std::exponential_distribution<double>(1 / mean)(random_); }
  int number(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }
  bool chance(double probability) { return uniform(0, 1) < probability; }
  Evidence& evidence() { return evidence_; }

  Judgement judged() {
    std::ranges::sort(evidence_.outstanding);
    evidence_.curve.widen_to(nanoseconds(evidence_.life_s));
    evidence_.usual_lifetime_s = std::chrono::duration<double>(lifetimes_.quantile(0.99)).count();
    return judge(evidence_);
  }

 private:
  std::mt19937 random_;
  Evidence evidence_;
  Lifetimes lifetimes_;
};

void expect(Life life, Verdict wanted, const std::string& what) {
  const Judgement judgement = life.judged();
  EXPECT_EQ(static_cast<int>(judgement.verdict), static_cast<int>(wanted))
      << what << ": " << judgement.reason;
  EXPECT_FALSE(judgement.reason.empty());
}

void expect_no_leak(Life life, const std::string& what) {
  const Judgement judgement = life.judged();
  EXPECT_NE(static_cast<int>(judgement.verdict), static_cast<int>(Verdict::leak))
      << what << ": " << judgement.reason;
}

std::string named(const char* name, unsigned seed) {
  return std::string(name) + " seed " + std::to_string(seed);
}

constexpr unsigned seeds = 60;

TEST(Verdict, LeaksOfEveryPaceAreLeaks) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(20 + 40.0 * (seed % 4), seed);
    const double mean = life.seconds() / life.number(30, 3000);
    for (double t = life.uniform(0, 2); t < life.seconds(); t += life.exponential(mean)) life.open(t);
    expect(life, Verdict::leak, named("random pace", seed));
  }
}

TEST(Verdict, SlowIrregularLeaksAreLeaks) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(600, seed);
    for (double t = life.uniform(0, 30); t < 600; t += life.uniform(2, 60)) life.open(t);
    expect(life, Verdict::leak, named("a few per minute", seed));
  }
}

TEST(Verdict, BurstyLeaksAreLeaks) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(65 + (seed % 7), seed);
    for (double t = 1; t < life.seconds(); t += life.uniform(8, 12)) {
      for (int i = life.number(5, 15); i-- > 0;) life.open(t + life.uniform(0, 0.05));
    }
    expect(life, Verdict::leak, named("bursts", seed));
  }
}

TEST(Verdict, LeaksThatSpeedUpAreLeaks) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(40, seed);
    for (int i = 0; i < 200; ++i) life.open(40 * std::sqrt(life.uniform(0, 1)));
    expect(life, Verdict::leak, named("speeding up", seed));
  }
}

TEST(Verdict, ALeakAmongHandlesThatAreClosedIsALeak) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(60, seed);
    const double kept = life.uniform(0.05, 0.5);
    for (double t = 0.1; t < 60; t += life.exponential(0.06)) {
      life.open(t, life.chance(kept) ? std::nullopt : std::optional(t + life.exponential(0.02)));
    }
    expect(life, Verdict::leak, named("some closed, some not", seed));
  }
}

TEST(Verdict, ALeakOfWhichAFewAreClosedLateIsALeak) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(60, seed);
    for (double t = 0.1; t < 60; t += life.exponential(0.1)) {
      life.open(t, life.chance(0.05) ? std::optional(t + life.uniform(1, 50)) : std::nullopt);
    }
    expect(life, Verdict::leak, named("a few closed late", seed));
  }
}

TEST(Verdict, ALeakThatBeginsLateInTheRunIsALeak) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(60, seed);
    for (double t = life.uniform(40, 50); t < 60; t += life.exponential(0.1)) life.open(t);
    expect(life, Verdict::leak, named("late start", seed));
  }
}

TEST(Verdict, ClosesAtShutdownDoNotHideALeak) {
  Life life(60);
  for (int i = 0; i < 800; ++i) {
    const bool cleaned_up = i % 2 == 0;
    life.open(0.07 * i, cleaned_up ? std::optional(59.9) : std::nullopt);
    if (cleaned_up) ++life.evidence().closed_at_shutdown;
  }
  expect(life, Verdict::leak, "half of it closed at shutdown");
}

TEST(Verdict, AProgramThatOpensInALoopAndExitsLeaks) {
  for (const int count : {8, 20, 100, 1000}) {
    Life life(0.05);
    life.evidence().finished = true;
    for (int i = 0; i < count; ++i) life.open(0.03 + 0.00001 * i);
    expect(life, Verdict::leak, "burst of " + std::to_string(count) + " before a normal exit");
    life.evidence().finished = false;
    expect(life, Verdict::suspect, "the same in a program that goes on");
  }
}

TEST(Verdict, AProgramThatTakesAnInstantToEndLeaksAllTheSame) {
  Life life(2.18);
  for (int i = 0; i < 80; ++i) life.open(0.02 + 0.025 * i);
  EXPECT_GT(life.seconds() - 0.02 - 0.025 * 79, 6 * 0.025) << "longer than the usual pause";
  EXPECT_EQ(life.judged().verdict, Verdict::leak) << life.judged().reason;
}

TEST(Verdict, ALeakThatStoppedWhenTheWorkStoppedIsStillALeak) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(62, seed);
    const double load_ends = life.uniform(20, 45);
    for (double t = 0.3; t < load_ends; t += life.exponential(0.05)) {
      life.open(t);
      life.other(t + 0.001);
    }
    expect(life, Verdict::leak, named("idle tail", seed));
  }
}

TEST(Verdict, GrowthThatStoppedWithNothingElseToSeeIsAtLeastASuspectWhenItTookLong) {
  Life life(60);
  for (int i = 0; i < 300; ++i) life.open(0.1 * i);
  const Judgement judgement = life.judged();
  EXPECT_LE(judgement.verdict, Verdict::suspect) << judgement.reason;
}

TEST(Verdict, HousekeepingThatGoesOnDoesNotAcquitEvenGrowthThatStoppedWithItsLoad) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(62, seed);
    for (double t = 0.3; t < 40; t += life.exponential(0.08)) life.open(t);
    for (double t = 0; t < 62; t += 1) life.other(t);
    expect(life, Verdict::suspect, named("housekeeping", seed));
  }
}

TEST(Verdict, APoolFilledAtTheStartIsSteadyHoweverBigAndWhateverFollows) {
  for (unsigned seed = 0; seed < 3 * seeds; ++seed) {
    Life life(5 + 20.0 * (seed % 5), seed);
    const int size = life.number(2, 200);
    const double fill = life.uniform(0.001, 0.5);
    for (int i = 0; i < size; ++i) life.open(0.01 + life.uniform(0, fill));
    if (seed % 3 == 0) {
      for (double t = 0; t < life.seconds(); t += life.exponential(0.2)) life.other(t);
    } else if (seed % 3 == 1) {
      for (int i = 0; i < 300; ++i) life.other(life.uniform(0, fill));
    }
    expect(life, Verdict::steady, named("pool", seed));
  }
}

TEST(Verdict, ACacheThatFillsUpAndStopsIsSteady) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(120, seed);
    const int keys = life.number(20, 300);
    const double time_constant = life.uniform(1, 10);
    for (int i = 0; i < keys; ++i) life.open(life.exponential(time_constant));
    for (double t = 0; t < 120; t += life.exponential(0.1)) life.other(t);
    expect(life, Verdict::steady, named("cache", seed));
  }
}

TEST(Verdict, ACacheThatReplacesItsEntriesIsSteady) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(100, seed);
    const int capacity = life.number(10, 100);
    const double gap = 100.0 / (capacity * life.uniform(2.5, 20));
    std::vector<double> opened;
    for (double t = 0.1; t < 100; t += life.exponential(gap)) opened.push_back(t);
    for (std::size_t i = 0; i < opened.size(); ++i) {
      const std::size_t evicted_by = i + static_cast<std::size_t>(capacity);
      life.open(opened[i], evicted_by < opened.size() ? std::optional(opened[evicted_by]) : std::nullopt);
    }
    expect(life, Verdict::steady, named("least recently used", seed));
  }
}

TEST(Verdict, HandlesInUseAreSteadyWhileOthersComeAndGo) {
  for (unsigned seed = 0; seed < 2 * seeds; ++seed) {
    Life life(30 + (seed % 7), seed);
    const int workers = life.number(1, 40);
    const double use = life.uniform(0.005, 0.5);
    for (int worker = 0; worker < workers; ++worker) {
      double t = life.uniform(0, 0.1);
      while (t < life.seconds()) {
        const double end = t + life.exponential(use);
        life.open(t, end);
        t = end + life.exponential(0.02);
      }
    }
    if (life.evidence().outstanding.empty()) continue;
    expect(life, Verdict::steady, named("workers", seed));
  }
}

TEST(Verdict, ConnectionsOfVeryDifferentLifetimesAreNoLeak) {
  for (unsigned seed = 0; seed < 2 * seeds; ++seed) {
    Life life(60, seed);
    for (double t = 0; t < 60; t += life.exponential(0.02)) {
      life.open(t, t + (life.chance(0.1) ? life.exponential(8) : life.exponential(0.02)));
    }
    if (life.evidence().outstanding.size() < 2) continue;
    expect_no_leak(life, named("keep-alive", seed));
  }
}

TEST(Verdict, ConnectionsUnderRisingLoadAreNoLeak) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(60, seed);
    for (double t = 0.5; t < 60; t += life.exponential(3 / t)) life.open(t, t + life.uniform(1, 3));
    expect_no_leak(life, named("rising load", seed));
  }
}

TEST(Verdict, OnePersistentConnectionPoolBesideShortOnesOfTheSameCodeIsSteady) {
  for (unsigned seed = 0; seed < seeds; ++seed) {
    Life life(60, seed);
    for (int i = 0; i < 10; ++i) life.open(0.1 + 0.01 * i);
    for (double t = 0.5; t < 60; t += life.exponential(0.02)) life.open(t, t + life.exponential(0.01));
    expect(life, Verdict::steady, named("pool beside churn", seed));
  }
}

TEST(Verdict, AClosedMajorityOfWhichOneIsLeftIsSteady) {
  Life life(10);
  for (int i = 0; i < 100; ++i) life.open(0.09 * i, i == 50 ? std::nullopt : std::optional(0.09 * i + 0.01));
  expect(life, Verdict::steady, "one of a hundred");
}

TEST(Verdict, AHandleOpenedOnceAndKeptIsAOneOffWheneverThatWas) {
  for (const double at : {0.0, 0.3, 30.0, 59.99}) {
    Life life(60);
    life.open(at);
    expect(life, Verdict::one_off, "at " + std::to_string(at));
  }
}

TEST(Verdict, AFewAreTooFewToTell) {
  Life life(60);
  for (const double at : {5.0, 20.0, 38.0, 55.0}) life.open(at);
  expect(life, Verdict::suspect, "four, to the end");
  Life end(1);
  for (int i = 0; i < 3; ++i) end.open(0.99 + 0.001 * i);
  expect(end, Verdict::suspect, "three just before the end");
}

TEST(Verdict, ABurstAtTheEndOfALongRunIsTooShortToTell) {
  Life life(60);
  for (int i = 0; i < 50; ++i) life.open(59.9 + 0.001 * i);
  expect(life, Verdict::suspect, "late burst");
}

TEST(Verdict, ReasonsSayWhatWasSeen) {
  Life pool(12.4);
  for (int i = 0; i < 20; ++i) pool.open(0.3 * (i + 1) / 20);
  EXPECT_EQ(pool.judged().reason, "grew to 20 in the first 0.3 s, no growth for 12.1 s since");

  Life leak(61.9);
  for (int i = 0; i < 805; ++i) leak.open(0.4 + 0.0763 * i);
  const Judgement judgement = leak.judged();
  EXPECT_EQ(judgement.reason,
            "opens go on to the end of the run, the last 0.2 s before it, and none was closed");
  EXPECT_NEAR(judgement.rate_per_second, 13.1, 0.05);
  EXPECT_TRUE(judgement.growing);

  Life once(60);
  once.open(0.2);
  EXPECT_EQ(once.judged().reason, "opened once, 0.2 s after the start, and kept");
}

}  // namespace
}  // namespace ajar::analyze
