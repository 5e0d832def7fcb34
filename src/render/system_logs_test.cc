#include "render/system_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace ajar::render {
namespace {

using report::SystemTrouble;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kNoon = 1'794'225'600 * kSecond;  // 2026-11-09 12:00:00

report::SystemLogs example() {
  report::SystemLogs logs;
  logs.file = "system.evtx";
  logs.looked_for = {"srv 2020", "srv 2019"};
  report::SystemLog& log = logs.logs.emplace_back();
  log.channel = "System";
  log.host = "SERVER7";
  log.events = 1'204;
  log.from_unix_ns = kNoon - 7 * 86'400 * kSecond;
  log.until_unix_ns = kNoon + 3600 * kSecond;
  log.starts = 2;
  report::SystemRun& run = log.runs.emplace_back();
  run.started_unix_ns = kNoon - 5 * 86'400 * kSecond - 3 * 3600 * kSecond;
  run.troubles = {{.of = SystemTrouble::Of::pool,
                   .what = "paged pool is empty",
                   .source = "srv",
                   .id = 2020,
                   .times = 14,
                   .first_unix_ns = kNoon,
                   .last_unix_ns = kNoon + 1800 * kSecond,
                   .text = "x"},
                  {.of = SystemTrouble::Of::maybe,
                   .what = "the registry could not be written",
                   .source = "Application Popup",
                   .id = 333,
                   .times = 1,
                   .first_unix_ns = kNoon + 60 * kSecond,
                   .last_unix_ns = kNoon + 60 * kSecond,
                   .text = ""}};
  return logs;
}

std::string text(const report::SystemLogs& logs, const TablesOptions& options = {}) {
  std::ostringstream out;
  system_logs_text(logs, options, out);
  return out.str();
}

TEST(SystemLogsText, TellsWhatWasUsedUpWhenAndHowLongAfterTheStart) {
  EXPECT_THAT(text(example()), testing::StartsWith("system.evtx: the System log of SERVER7: 1,204 events, "
                                                   "2026-11-02 12:00:00 to 2026-11-09 13:00:00 (UTC)\n"
                                                   "   USED UP  paged pool is empty (srv 2020)               "
                                                   "              14 times  2026-11-09 12:00:00 to "
                                                   "12:30:00, first 5 d 3 h after the system's start\n"
                                                   "   maybe    the registry could not be written "
                                                   "(Application Popup 333)  once      2026-11-09 12:01:00, "
                                                   "5 d 3 h after the system's start\n"
                                                   "   what it means\n"
                                                   "     each open handle takes"));
}

TEST(SystemLogsText, SaysHowARunOfTheSystemEnded) {
  report::SystemLogs logs = example();
  logs.logs[0].runs[0].next_start_unix_ns = kNoon + 3000 * kSecond;
  logs.logs[0].runs[0].crashed = true;
  EXPECT_THAT(text(logs),
              HasSubstr("     the system was started anew at 2026-11-09 12:50:00, after it had gone "
                        "down without a shutdown\n"));
}

TEST(SystemLogsText, WhereThereIsNoneSaysWhatWasLookedForAndInWhat) {
  report::SystemLogs logs = example();
  logs.logs[0].runs.clear();
  const std::string none = text(logs);
  EXPECT_THAT(none, HasSubstr("1,204 events, 2026-11-02 12:00:00 to 2026-11-09 13:00:00 (UTC)\n"
                              "   nothing in it says that pools, ports or memory were used up\n"
                              "     looked for: srv 2020, srv 2019\n"
                              "     the system was started 2 times meanwhile\n"));
  EXPECT_THAT(none, Not(HasSubstr("which is not in it")));
  logs.logs[0].channel = "Application";
  EXPECT_THAT(text(logs), HasSubstr("such events stand in the System log, which is not in it\n"));
}

TEST(SystemLogsText, SaysWhatCouldNotBeRead) {
  report::SystemLogs logs = example();
  logs.logs[0].not_read = 3;
  logs.logs[0].cut_off = true;
  EXPECT_THAT(text(logs),
              HasSubstr("   not read, damaged: 3 events\n"
                        "   there is more in it that could not be read: it is damaged or cut off\n"));
}

TEST(SystemLogsText, ListsTheHandlesThatMemoryEventsTell) {
  report::SystemLogs logs = example();
  report::CountTrend process;
  process.name = "w3wp.exe";
  process.pid = 5404;
  process.samples = 2;
  process.until_s = 300;
  process.first = 1'002;
  process.last = process.most = 66'316;
  logs.counts.processes = {process};
  EXPECT_THAT(text(logs), HasSubstr("       w3wp.exe (pid 5404): 1,002 -> 66,316 in 5 min\n"));
}

TEST(SystemLogsText, IsSafeForATerminal) {
  report::SystemLogs logs = example();
  logs.logs[0].host = "a\x1b[31m";
  EXPECT_THAT(text(logs), Not(HasSubstr("\x1b")));
}

TEST(SystemLogsJson, HasItAll) {
  std::ostringstream out;
  system_logs_json(example(), out);
  const auto json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["schema"], "ajar-system-logs/1");
  const auto& log = json["logs"][0];
  EXPECT_EQ(log["until"], "2026-11-09T13:00:00Z");
  const auto& run = log["runs"][0];
  EXPECT_EQ(run["started"], "2026-11-04T09:00:00Z");
  EXPECT_TRUE(run["next_start"].is_null());
  EXPECT_EQ(run["troubles"][0]["of"], "pool");
  EXPECT_EQ(run["troubles"][0]["times"], 14);
  EXPECT_EQ(run["troubles"][0]["first_since_start_s"], 442'800.0);
  EXPECT_EQ(json["looked_for"][1], "srv 2019");
}

}  // namespace
}  // namespace ajar::render
