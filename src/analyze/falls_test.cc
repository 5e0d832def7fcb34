#include "analyze/falls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "analyze/count_history.h"
#include "analyze/seeded_runs.h"
#include "model/process_rows.h"

namespace ajar::analyze {
namespace {

using Basis = report::FallAtEnd::Basis;

// Processes whose counts come in moment by moment. A count of none: it has ended.
class Machine {
 public:
  explicit Machine(CountHistory history = CountHistory()) : history_(std::move(history)) {}

  model::ProcessId add(std::int64_t pid, std::string name) {
    processes_.push_back(
        model::add_process(world_, static_cast<std::uint64_t>(pid), std::move(name)).process);
    return processes_.back();
  }

  void count(const std::vector<std::optional<double>>& handles) {
    std::vector<model::CountSample> samples;
    for (std::size_t i = 0; i < handles.size(); ++i) {
      if (handles[i])
        samples.push_back({.process = processes_[i],
                           .time = std::chrono::seconds(at_),
                           .handles = static_cast<std::uint64_t>(std::max(0.0, *handles[i]))});
    }
    history_.on_counts(world_, samples);
    ++at_;
  }

  // As it is now: `one` shares with `other`.
  void look(model::ProcessId one, model::ProcessId other, std::uint64_t shared) {
    model::Snapshot snapshot;
    snapshot.image = model::ImageId{one.value};
    snapshot.begin = snapshot.end = std::chrono::seconds(at_ - 1);
    snapshot.counts = {{.type = "tcp socket", .count = shared + 20}};
    if (shared > 0) snapshot.shared = {{.other = other, .type = "tcp socket", .count = shared}};
    history_.on_snapshot(world_, snapshot);
  }

  std::vector<report::FallAtEnd> falls() { return history_.trends(world_).falls; }
  CountHistory& history() { return history_; }
  const model::World& world() { return world_; }

 private:
  model::World world_;
  CountHistory history_;
  std::vector<model::ProcessId> processes_;
  std::int64_t at_ = 0;
};

struct Case {
  std::mt19937_64 random;
  std::size_t samples = 0;

  explicit Case(std::uint64_t seed) : random(seed) {
    constexpr std::size_t kSamples[] = {60, 120, 300, 600};
    samples = kSamples[random() % std::size(kSamples)];
  }
  double uniform(double from, double to) { return std::uniform_real_distribution<double>(from, to)(random); }
  double poisson(double mean) { return static_cast<double>(std::poisson_distribution<int>(mean)(random)); }
  double burst() { return uniform(0, 1) < 0.3 ? poisson(40) : poisson(0.2); }
  std::size_t place(double from, double to) {
    return static_cast<std::size_t>(uniform(from, to) * static_cast<double>(samples));
  }
};

struct Found {
  double concluded = 0, hinted = 0;  // of all runs
};

// `one` and `other` give how much the two have at a sample, and the other none after its end.
using Next = std::function<std::vector<std::optional<double>>(std::size_t)>;

Found found(const std::function<Next(Case&)>& make, std::uint64_t runs = kSeededRuns) {
  Found found;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    Case c(seed);
    const Next next = make(c);
    Machine machine;
    machine.add(640, "lsass");
    machine.add(5404, "w3wp");
    for (std::size_t i = 0; i < c.samples; ++i) machine.count(next(i));
    const auto falls = machine.falls();
    const auto is_concluded = [](const report::FallAtEnd& fall) {
      return fall.basis == Basis::shared || fall.basis == Basis::alike;
    };
    const bool concluded = std::ranges::any_of(falls, is_concluded);
    found.concluded += concluded ? 1 : 0;
    found.hinted += !concluded && !falls.empty() ? 1 : 0;
  }
  found.concluded /= static_cast<double>(runs);
  found.hinted /= static_cast<double>(runs);
  return found;
}

TEST(FallAtEnd, IsFoundWhereOneHeldForTheOtherInBursts) {
  const Found told = found([](Case& c) -> Next {
    const std::size_t end = c.place(0.7, 0.95);
    return [&c, end, one = 300.0, other = 50.0, held = 0.0](std::size_t i) mutable {
      const double burst = c.burst();
      one += c.poisson(0.1);
      other += burst;
      held = i < end ? held + burst : 0;
      return std::vector<std::optional<double>>{one + held, i < end ? std::optional(other) : std::nullopt};
    };
  });
  EXPECT_GT(told.concluded, 0.9);
}

TEST(FallAtEnd, IsNotConcludedFromASawToothAndAnEndThatHasNothingToDoWithIt) {
  const Found told = found([](Case& c) -> Next {
    const std::size_t end = c.place(0.3, 0.95);
    const std::size_t tooth = 5 + c.random() % (c.samples / 3);
    return [&c, end, tooth, one = 300.0, other = 50.0](std::size_t i) mutable {
      one = i % tooth == 0 ? 300 : one + c.poisson(10);
      other += c.poisson(8);
      return std::vector<std::optional<double>>{one, i < end ? std::optional(other) : std::nullopt};
    };
  });
  EXPECT_LT(told.concluded, 0.01);
  EXPECT_LT(told.hinted, 0.03);
}

TEST(FallAtEnd, IsNotConcludedOfLeaksThatHaveNothingToDoWithEachOther) {
  const Found told = found([](Case& c) -> Next {
    const std::size_t end = c.place(0.3, 0.95);
    const std::size_t fall = end + c.random() % 3 - 1;  // in the very moment of the end
    return [&c, end, fall, one = 300.0, other = 50.0](std::size_t i) mutable {
      one = i == fall ? 310 : one + c.poisson(10);
      other += c.poisson(8);
      return std::vector<std::optional<double>>{one, i < end ? std::optional(other) : std::nullopt};
    };
  });
  EXPECT_LT(told.concluded, 0.01) << "that alone proves nothing";
}

TEST(FallAtEnd, IsNotConcludedOfOneThatFallsNowAndThenThoughBothRiseAlike) {
  const Found told = found([](Case& c) -> Next {
    const std::size_t end = c.place(0.5, 0.95);
    const std::size_t tooth = 10 + c.random() % (c.samples / 4);
    return [&c, end, tooth, one = 300.0, other = 50.0](std::size_t i) mutable {
      const double burst = c.burst();
      one = i % tooth == tooth - 1 ? 300 : one + burst;
      other += burst;
      return std::vector<std::optional<double>>{one, i < end ? std::optional(other) : std::nullopt};
    };
  });
  EXPECT_LT(told.concluded, 0.01);
}

TEST(FallAtEnd, IsNotConcludedOfDailyWaves) {
  const Found told = found([](Case& c) -> Next {
    const std::size_t end = c.place(0.3, 0.95);
    const double day = c.uniform(20, 200);
    return [&c, end, day, other = 50.0](std::size_t i) mutable {
      const double one = 1000 + 600 * std::sin(static_cast<double>(i) / day * 6.28) + c.poisson(20);
      other += c.poisson(8);
      return std::vector<std::optional<double>>{one, i < end ? std::optional(other) : std::nullopt};
    };
  });
  EXPECT_LT(told.concluded, 0.01);
  EXPECT_LT(told.hinted, 0.01);
}

// A server that holds connections of `clients`, all of which lead to it.
struct Server {
  Machine machine;
  model::ProcessId server = machine.add(640, "server");
  model::ProcessId client = machine.add(812, "client");

  explicit Server(CountHistory history = CountHistory()) : machine(std::move(history)) {}

  void grow(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      machine.count({20.0 + 10 * i, 10.0 + 10 * i});
      if (i % 5 == 0) machine.look(server, client, static_cast<std::uint64_t>(10 * i));
      machine.history().growing(machine.world());
    }
  }
};

TEST(FallAtEnd, IsToldByWhatWasSharedThoughTheyAreSteady) {
  for (const bool goes_on : {false, true}) {
    Server world{goes_on ? CountHistory::of_the_last(15) : CountHistory()};
    world.grow(31);
    for (int i = 0; i < 60; ++i) {
      world.machine.count({21.0, std::nullopt});
      world.machine.history().growing(world.machine.world());
    }
    const auto falls = world.machine.falls();
    ASSERT_EQ(falls.size(), 1U) << goes_on;
    EXPECT_EQ(falls[0].basis, Basis::shared);
    EXPECT_EQ(falls[0].process.name, "server");
    EXPECT_EQ(falls[0].from, 320U);
    EXPECT_EQ(falls[0].to, 21U);
    ASSERT_EQ(falls[0].ended.size(), 1U);
    EXPECT_EQ(falls[0].ended[0].process.pid, 812);
    EXPECT_EQ(falls[0].ended[0].shared, 300U);
    EXPECT_EQ(falls[0].curve.back().handles, 21U);
    EXPECT_EQ(falls[0].ended[0].curve.back().handles, 310U);
  }
}

TEST(FallAtEnd, IsNotThatOfSomebodyWhoSharesLittleOfIt) {
  Server world;
  world.grow(31);
  for (int i = 0; i < 2; ++i) world.machine.look(world.server, world.client, 100);
  world.machine.count({21.0, std::nullopt});
  world.machine.count({21.0, std::nullopt});
  for (const report::FallAtEnd& fall : world.machine.falls()) EXPECT_NE(fall.basis, Basis::shared);
}

TEST(FallAtEnd, WithoutAnythingSharedIsNoMoreThanAHint) {
  Machine machine;
  machine.add(640, "lsass");
  machine.add(5404, "w3wp");
  for (int i = 0; i < 60; ++i) machine.count({900.0 + 200 * i, 500.0 + 100 * i});
  machine.count({870.0, std::nullopt});
  EXPECT_TRUE(machine.falls().empty()) << "how the fall goes on is not known yet";
  machine.count({860.0, std::nullopt});
  const auto falls = machine.falls();
  ASSERT_EQ(falls.size(), 1U);
  EXPECT_EQ(falls[0].basis, Basis::coincidence);
  EXPECT_EQ(falls[0].from - falls[0].to, 900U + 200 * 59 - 860);
}

TEST(FallAtEnd, OfOneOfSeveralThatEndedAtOnceNamesThemAll) {
  Case c(7);
  Machine machine;
  machine.add(640, "lsass");
  machine.add(5404, "w3wp");
  machine.add(5405, "w3wp");
  double held = 0;
  double idle = 70;
  for (int i = 0; i < 100; ++i) {
    held += c.burst();
    machine.count({900 + held, 50 + held, idle + 3 * i});
  }
  machine.count({900.0, std::nullopt, std::nullopt});
  machine.count({900.0, std::nullopt, std::nullopt});
  const auto falls = machine.falls();
  ASSERT_EQ(falls.size(), 1U);
  EXPECT_EQ(falls[0].basis, Basis::several);
  EXPECT_EQ(falls[0].ended.size(), 2U);
}

TEST(FallAtEnd, IsNoneWhereManyEndedAtOnce) {
  Machine machine;
  machine.add(640, "lsass");
  std::vector<std::optional<double>> counts = {900.0};
  for (int i = 0; i < 5; ++i) {
    machine.add(5404 + i, "w3wp");
    counts.emplace_back(10.0);
  }
  for (int i = 0; i < 60; ++i) {
    machine.count(counts);
    for (auto& count : counts) *count += 50;
  }
  counts = {900.0};
  machine.count(counts);
  machine.count(counts);
  EXPECT_TRUE(machine.falls().empty());
}

TEST(FallAtEnd, WhateverARecordingClaimsIsNoHarm) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    model::World world;
    std::vector<model::ProcessRows> rows;
    for (std::uint64_t pid = 0; pid < 4; ++pid) rows.push_back(model::add_process(world, pid, "x"));
    CountHistory history = seed % 2 == 0 ? CountHistory() : CountHistory::of_the_last(50);
    for (int i = 0; i < 200; ++i) {
      const model::ProcessRows& row = rows[random() % rows.size()];
      // Times that stand still and go back, and numbers that nobody has.
      const model::Time time = std::chrono::seconds(random() % 100);
      const std::uint64_t handles = random() % 3 == 0 ? random() : random() % 1000;
      history.on_counts(
          world, std::vector<model::CountSample>{{.process = row.process, .time = time, .handles = handles}});
      model::Snapshot snapshot;
      snapshot.image = row.image;
      snapshot.begin = snapshot.end = time;
      snapshot.counts = {{.type = "file", .count = random()}};
      snapshot.shared = {{.other = rows[random() % rows.size()].process, .type = "file", .count = random()},
                         {.other = {99}, .type = "", .count = 1}};
      history.on_snapshot(world, snapshot);
      history.growing(world);
    }
    EXPECT_LE(history.trends(world).processes.size(), rows.size());
  }
}

TEST(FallsIn, GoOnToTheSecondSampleAndAreToldOnce) {
  const std::vector<Point> samples = {{0, 100}, {1, 200}, {2, 150}, {3, 90}, {4, 95}, {5, 96}};
  const auto falls = falls_in(samples, -1, 9);
  ASSERT_EQ(falls.size(), 1U);
  EXPECT_DOUBLE_EQ(falls[0].by(), 110);
  EXPECT_DOUBLE_EQ(falls[0].may_end_from, 0);
  EXPECT_DOUBLE_EQ(falls[0].may_end_until, 2);
  EXPECT_TRUE(falls_in(samples, 2, 9).empty());
  EXPECT_TRUE(falls_in({}, -1, 9).empty());
}

}  // namespace
}  // namespace ajar::analyze
