#include "analyze/system_log_history.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/process_rows.h"

namespace ajar::analyze {
namespace {

using model::SystemEvent;
using model::Time;
using report::SystemTrouble;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t kStart = 1'794'000'000'000'000'000;

SystemEvent start(Time time) {
  return {.time = time, .source = "Microsoft-Windows-Kernel-General", .id = 12};
}
SystemEvent log_start(Time time) {
  return {.time = time, .source = "EventLog", .id = 6005};
}
SystemEvent stop(Time time) {
  return {.time = time, .source = "EventLog", .id = 6006};
}
SystemEvent unexpected(Time time) {
  return {.time = time, .source = "EventLog", .id = 6008};
}
SystemEvent uptime(Time time, std::string text) {
  return {.time = time, .source = "EventLog", .id = 6013, .text = std::move(text)};
}
SystemEvent paged(Time time) {
  return {.time = time, .source = "srv", .id = 2020};
}
SystemEvent nonpaged(Time time) {
  return {.time = time, .source = "srv", .id = 2019, .text = "\\Device\\LanmanServer"};
}

report::SystemLog told(std::vector<SystemEvent> events) {
  model::World world;
  world.origin.started_unix_ns = kStart;
  SystemLogHistory history;
  model::SystemLog log{.channel = "System", .host = "h", .looked_at = 100, .until = days(9)};
  log.events = std::move(events);
  history.on_system_log(world, log);
  const report::SystemLogs logs = history.told(world);
  EXPECT_EQ(logs.logs.size(), 1U);
  return logs.logs.at(0);
}

double since_start(const report::SystemRun& run, const SystemTrouble& trouble) {
  return static_cast<double>(trouble.first_unix_ns - run.started_unix_ns.value()) / 1e9;
}

TEST(SystemLogHistory, CountsWhatWasUsedUpByKindAndSinceTheSystemsStart) {
  const auto log = told({start(hours(1)), log_start(hours(1) + minutes(4)), paged(hours(30)),
                         nonpaged(hours(31)), paged(hours(32))});
  EXPECT_EQ(log.starts, 1U) << "the event log's start is the system's";
  ASSERT_EQ(log.runs.size(), 1U);
  const report::SystemRun& run = log.runs[0];
  EXPECT_FALSE(run.next_start_unix_ns);
  ASSERT_EQ(run.troubles.size(), 2U);
  EXPECT_EQ(run.troubles[0].id, 2020U);
  EXPECT_EQ(run.troubles[0].of, SystemTrouble::Of::pool);
  EXPECT_EQ(run.troubles[0].times, 2U);
  EXPECT_EQ(since_start(run, run.troubles[0]), 29 * 3600);
  EXPECT_EQ(run.troubles[0].last_unix_ns, kStart + 32 * 3'600'000'000'000);
  EXPECT_EQ(run.troubles[1].text, "\\Device\\LanmanServer");
}

TEST(SystemLogHistory, KeepsTheRunsOfTheSystemApart) {
  const auto log = told({paged(hours(1)), start(hours(3)), unexpected(hours(3) + minutes(1)),
                         paged(hours(50)), stop(hours(60)), start(hours(60) + minutes(2)), paged(hours(99))});
  EXPECT_EQ(log.starts, 2U);
  ASSERT_EQ(log.runs.size(), 3U);
  EXPECT_FALSE(log.runs[0].started_unix_ns) << "before the log";
  EXPECT_TRUE(log.runs[0].crashed);
  EXPECT_EQ(log.runs[0].next_start_unix_ns, log.runs[1].started_unix_ns);
  EXPECT_FALSE(log.runs[1].crashed);
  EXPECT_EQ(since_start(log.runs[1], log.runs[1].troubles[0]), 47 * 3600);
  EXPECT_EQ(log.runs[2].started_unix_ns, kStart + (60 * 60 + 2) * 60'000'000'000);
}

TEST(SystemLogHistory, ASystemThatWasShutDownAndStartedAtOnceRanTwice) {
  const auto log = told({start(hours(1)), stop(hours(1) + minutes(3)), start(hours(1) + minutes(5))});
  EXPECT_EQ(log.starts, 2U);
}

TEST(SystemLogHistory, KnowsTheStartBeforeTheLogFromTheUptimeThatItNotes) {
  const auto log = told({paged(hours(5)), uptime(hours(6), "36000, 60, 300 Eastern Standard Time")});
  ASSERT_EQ(log.runs.size(), 1U);
  EXPECT_EQ(since_start(log.runs[0], log.runs[0].troubles[0]), 9 * 3600);
  EXPECT_FALSE(told({paged(hours(5)), uptime(hours(6), "long")}).runs.at(0).started_unix_ns);
}

TEST(SystemLogHistory, OfALogWithoutTroublesHasNoRun) {
  const auto log = told({start(hours(1)), stop(hours(2))});
  EXPECT_TRUE(log.runs.empty());
  EXPECT_EQ(log.events, 100U);
}

TEST(SystemLogHistory, PiecesOfOneLogAddUpAndLogsWithTroublesComeFirst) {
  model::World world;
  SystemLogHistory history;
  history.on_system_log(world, {.channel = "Application", .host = "h", .looked_at = 5});
  history.on_system_log(
      world,
      {.channel = "System", .host = "h", .looked_at = 3, .until = hours(1), .events = {paged(hours(1))}});
  history.on_system_log(world, {.channel = "System",
                                .host = "h",
                                .looked_at = 4,
                                .not_read = 2,
                                .from = hours(2),
                                .until = hours(3),
                                .events = {paged(hours(2))}});
  const report::SystemLogs logs = history.told(world);
  ASSERT_EQ(logs.logs.size(), 2U);
  EXPECT_EQ(logs.logs[0].channel, "System");
  EXPECT_EQ(logs.logs[0].events, 7U);
  EXPECT_EQ(logs.logs[0].not_read, 2U);
  EXPECT_EQ(logs.logs[0].runs.at(0).troubles.at(0).times, 2U);
  EXPECT_EQ(logs.logs[0].until_unix_ns, 3 * 3'600'000'000'000);
  EXPECT_EQ(logs.looked_for.front(), "srv 2020");
  EXPECT_TRUE(report::has_trouble(logs, true));
}

TEST(SystemLogHistory, TellsMemoryThatIsUsedUpFromWhatHandlesUseUp) {
  model::World world;
  SystemLogHistory history;
  history.on_system_log(world, {.channel = "System",
                                .host = "h",
                                .events = {{.time = hours(1),
                                            .source = "Microsoft-Windows-Resource-Exhaustion-Detector",
                                            .id = 2004}}});
  const report::SystemLogs logs = history.told(world);
  EXPECT_TRUE(report::has_trouble(logs, false));
  EXPECT_FALSE(report::has_trouble(logs, true));
}

// What stands in its events of processes that grow with lsass.
report::TokenQuestion question_with(std::vector<SystemEvent> events) {
  model::World world;
  world.origin.way = model::Origin::kEventLog;
  SystemLogHistory history;
  std::vector<model::CountSample> samples;
  model::add_process(world, 640, "lsass.exe");
  model::add_process(world, 5404, "w3wp.exe");
  for (std::uint32_t i = 0; i < 20; ++i) {
    for (const std::uint32_t id : {1U, 2U})
      samples.push_back({.process = {id}, .time = minutes(i), .handles = 900 + 100 * id * i});
  }
  history.on_counts(world, samples);
  history.on_system_log(world, {.channel = "System", .host = "h", .events = std::move(events)});
  const report::SystemLogs logs = history.told(world);
  EXPECT_EQ(logs.counts.tokens.size(), 1U);
  return logs.counts.tokens.empty() ? report::TokenQuestion() : logs.counts.tokens.front();
}

TEST(SystemLogHistory, OfOneThatGrowsWithLsassKnowsMoreWhereAPoolRanOut) {
  EXPECT_EQ(question_with({start(hours(1))}).known, report::TokenQuestion::Known::counts);
  EXPECT_EQ(question_with({paged(hours(1))}).known, report::TokenQuestion::Known::pool_out);
  EXPECT_EQ(question_with({paged(hours(1))}).process.name, "w3wp.exe");
}

TEST(SystemLogHistory, WhateverTimesARecordingSaysAreNoHarm) {
  model::World world;
  world.origin.started_unix_ns = INT64_MAX;
  SystemLogHistory history;
  history.on_system_log(world, {.channel = "System",
                                .host = "h",
                                .from = Time::min(),
                                .until = Time::max(),
                                .events = {start(Time::max()), paged(Time::min()), uptime(Time::min(), "9"),
                                           unexpected(Time::max())}});
  EXPECT_EQ(history.told(world).logs.size(), 1U);
}

}  // namespace
}  // namespace ajar::analyze
