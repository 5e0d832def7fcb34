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

TEST(CountHistory, OfNothingTellsNothing) {
  const report::CountTrends trends = CountHistory().trends(model::World());
  EXPECT_EQ(trends.samples, 0U);
  EXPECT_TRUE(trends.processes.empty());
}

}  // namespace
}  // namespace ajar::analyze
