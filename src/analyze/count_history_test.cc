#include "analyze/count_history.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace ajar::analyze {
namespace {

model::ProcessId add(model::World& world, std::int64_t pid, std::string name) {
  model::Process process;
  process.id = world.processes.next_id();
  process.pid = pid;
  model::Image image;
  image.id = world.images.next_id();
  image.process = world.processes.add(process);
  image.path = std::move(name);
  world.images.add(std::move(image));
  return process.id;
}

TEST(CountHistory, PutsGrowingProcessesFirst) {
  model::World world;
  world.origin.host = "HOST";
  const model::ProcessId still = add(world, 4, "System");
  const model::ProcessId slow = add(world, 812, "slow");
  const model::ProcessId fast = add(world, 813, "fast");
  CountHistory history;
  for (std::uint64_t i = 0; i < 10; ++i) {
    const model::Time time = std::chrono::seconds(10 * i);
    history.on_counts(world,
                      std::vector<model::CountSample>{{.process = still, .time = time, .handles = 99},
                                                      {.process = slow, .time = time, .handles = 20 * i},
                                                      {.process = fast, .time = time, .handles = 50 * i}});
  }
  const report::CountTrends trends = history.trends(world);
  EXPECT_EQ(trends.host, "HOST");
  EXPECT_EQ(trends.samples, 10U);
  EXPECT_DOUBLE_EQ(trends.seconds, 90);
  ASSERT_EQ(trends.processes.size(), 3U);
  EXPECT_EQ(trends.processes[0].name, "fast");
  EXPECT_EQ(trends.processes[0].pid, 813);
  EXPECT_DOUBLE_EQ(trends.processes[0].rate_per_second, 5);
  EXPECT_EQ(trends.processes[0].last, 450U);
  EXPECT_EQ(trends.processes[1].name, "slow");
  EXPECT_EQ(trends.processes[2].trend, report::Trend::steady);
}

// A process that opens 5 files and 1 socket in each of the seconds, beside what it has already.
struct Leaking {
  model::World world;
  model::ProcessId process = add(world, 812, "gateway");
  CountHistory history;

  explicit Leaking(CountHistory empty) : history(std::move(empty)) {}

  void second(std::uint64_t at) {
    const model::Time time = std::chrono::seconds(at);
    history.on_counts(
        world, std::vector<model::CountSample>{{.process = process, .time = time, .handles = 10 + 6 * at}});
  }
  void table(std::uint64_t at) {
    model::Snapshot snapshot;
    snapshot.image = world.images.begin()->id;
    snapshot.end = std::chrono::seconds(at);
    snapshot.counts = {{.type = "file", .count = 5 * at},
                       {.type = "pipe", .count = 10},
                       {.type = "tcp socket", .count = at}};
    snapshot.soft_limit = 1'024;
    snapshot.hard_limit = model::Snapshot::kNoLimit;
    history.on_snapshot(world, snapshot);
  }
};

TEST(CountHistory, TellsWhichTypesGrowAndWhenTheLimitIsReached) {
  Leaking leak{CountHistory()};
  for (std::uint64_t at = 0; at <= 20; ++at) {
    leak.second(at);
    if (at % 5 == 0) leak.table(at);
  }
  const report::CountTrend trend = leak.history.trends(leak.world).processes.at(0);
  ASSERT_EQ(trend.types.size(), 2U);
  EXPECT_EQ(trend.types[0].type, "file");
  EXPECT_DOUBLE_EQ(trend.types[0].rate_per_second, 5);
  EXPECT_EQ(trend.types[0].count, 100U);
  EXPECT_EQ(trend.types[1].type, "tcp socket");
  EXPECT_EQ(trend.soft_limit, 1'024U);
  EXPECT_EQ(trend.hard_limit, std::nullopt);
  EXPECT_DOUBLE_EQ(trend.full_in_s().value_or(-1), (1'024 - 130) / 6.0);
  EXPECT_DOUBLE_EQ(trend.grows_for_s, 20);
}

TEST(CountHistory, OfTheLastKeepsNoMoreThanThatAndKnowsSinceWhenItGrows) {
  Leaking leak{CountHistory::of_the_last(30)};
  const model::ProcessId gone = add(leak.world, 4, "gone");
  leak.history.on_counts(leak.world,
                         std::vector<model::CountSample>{{.process = gone, .time = {}, .handles = 9}});
  for (std::uint64_t at = 0; at <= 200; ++at) {
    leak.second(at);
    leak.table(at);
    EXPECT_EQ(leak.history.growing(leak.world).contains(leak.process), at + 1 >= 8) << at;
  }
  const report::CountTrends trends = leak.history.trends(leak.world);
  ASSERT_EQ(trends.processes.size(), 1U) << "what has ended is forgotten";
  EXPECT_LT(trends.processes[0].samples, 45U);
  EXPECT_DOUBLE_EQ(trends.processes[0].grows_for_s, 200);
}

TEST(CountHistory, RisingAreThoseThatNeverHadMore) {
  model::World world;
  const model::ProcessId up = add(world, 1, "up");
  const model::ProcessId down = add(world, 2, "down");
  const model::ProcessId more = add(world, 3, "more");
  CountHistory history;
  for (std::uint64_t i = 0; i < 4; ++i) {
    const model::Time time = std::chrono::seconds(i);
    history.on_counts(
        world, std::vector<model::CountSample>{{.process = up, .time = time, .handles = 10 + 2 * i},
                                               {.process = down, .time = time, .handles = 90 - 9 * i},
                                               {.process = more, .time = time, .handles = 10 + 9 * i}});
  }
  EXPECT_EQ(history.rising(9), (std::vector{more, up}));
  EXPECT_EQ(history.rising(1), std::vector{more});
}

TEST(CountHistory, JudgesTheOnesThatAreAskedForInTheirOrder) {
  Leaking leak{CountHistory::of_the_last(30)};
  const model::ProcessId still = add(leak.world, 4, "still");
  const model::ProcessId unknown = add(leak.world, 5, "unknown");
  for (std::uint64_t at = 0; at <= 20; ++at) {
    leak.second(at);
    leak.history.on_counts(
        leak.world,
        std::vector<model::CountSample>{{.process = still, .time = std::chrono::seconds(at), .handles = 9}});
  }
  const auto trends = leak.history.trends_of(leak.world, std::vector{still, unknown, leak.process});
  ASSERT_EQ(trends.size(), 3U);
  EXPECT_EQ(trends[0].name, "still");
  EXPECT_EQ(trends[0].trend, report::Trend::steady);
  EXPECT_EQ(trends[1].pid, 0) << "there is no sample of it";
  EXPECT_EQ(trends[2].trend, report::Trend::growing);
  EXPECT_TRUE(leak.history.knows(still));
  EXPECT_FALSE(leak.history.knows(unknown));
  EXPECT_TRUE(leak.history.trends_of(leak.world, {}).empty());
}

TEST(CountHistory, TellsTypesOnlyWhereTheTableWasLookedAtLately) {
  Leaking leak{CountHistory::of_the_last(300)};
  EXPECT_TRUE(leak.history.types_of(leak.process, 60).empty());
  for (std::uint64_t at = 0; at <= 100; ++at) {
    leak.second(at);
    if (at == 10) leak.table(at);
    EXPECT_EQ(leak.history.types_of(leak.process, 60).contains("file"), at >= 10 && at <= 70) << at;
  }
}

TEST(CountHistory, TellsOfOneProcessWhatItTellsOfAll) {
  Leaking leak{CountHistory::of_the_last(1000)};
  const model::ProcessId gone = add(leak.world, 4, "gone");
  leak.history.on_counts(leak.world,
                         std::vector<model::CountSample>{{.process = gone, .time = {}, .handles = 9}});
  for (std::uint64_t at = 0; at <= 20; ++at) leak.second(at);
  EXPECT_EQ(leak.history.counted_last(), std::vector{leak.process});
  EXPECT_EQ(leak.history.samples(gone).size(), 1U);
  ASSERT_EQ(leak.history.samples(leak.process).size(), 21U);
  const report::CountTrend trend = leak.history.trend(leak.world, leak.process);
  const report::CountTrend same = leak.history.trends(leak.world).processes.at(0);
  EXPECT_EQ(trend.trend, report::Trend::growing);
  EXPECT_EQ(trend.last, same.last);
  EXPECT_EQ(trend.reason, same.reason);
  EXPECT_DOUBLE_EQ(trend.rate_per_second, same.rate_per_second);
}

TEST(CountHistory, OfNothingTellsNothing) {
  const model::ProcessId unknown{.value = 7};
  EXPECT_TRUE(CountHistory().counted_last().empty());
  EXPECT_TRUE(CountHistory().samples(unknown).empty());
  EXPECT_EQ(CountHistory().trend(model::World(), unknown).samples, 0U);
  const report::CountTrends trends = CountHistory().trends(model::World());
  EXPECT_EQ(trends.samples, 0U);
  EXPECT_TRUE(trends.processes.empty());
}

}  // namespace
}  // namespace ajar::analyze
