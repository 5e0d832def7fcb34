#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "e2e/ajar_command.h"
#include "harness/victims.h"

// `ajar handles` and `ajar snapshot`, as their users meet them.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string text(pid_t pid) {
  return std::to_string(pid);
}

Json json_of(const Outcome& outcome) {
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  return Json::parse(outcome.out);
}

void expect_one_line(const Outcome& outcome, const std::string& named) {
  EXPECT_EQ(outcome.exit_status, 2) << how_it_ended(outcome);
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(named));
  EXPECT_EQ(outcome.out, "");
}

// Runs, with three pipes as all that it has.
Command sleeper() {
  return {.words = {"sleep", "60"}};
}

TEST(Handles, OfALivingProcessAreAllThatTheKernelLists) {
  const TempDir directory;
  const Running victim(sleeper());
  ASSERT_TRUE(victim.wait_until([&] { return harness::count_descriptors(text(victim.pid())) == 3; }));
  const Json table = json_of(harness::run(ajar(directory, {"handles", text(victim.pid()), "--json"})));
  const Json& process = table["processes"].at(0);
  EXPECT_EQ(process["pid"], victim.pid());
  EXPECT_EQ(process["name"], "sleep");
  EXPECT_EQ(process["command"], "sleep 60");
  EXPECT_EQ(process["open"], 3);
  EXPECT_TRUE(process["complete"]);
  EXPECT_EQ(process["handles"].size(), 3U);
  EXPECT_EQ(process["handles"][2]["handle"], 2);
}

TEST(Handles, InWordsFitOnOneScreenAndNameTheProcess) {
  const TempDir directory;
  const Running victim(sleeper());
  ASSERT_TRUE(victim.wait_until([&] { return harness::count_descriptors(text(victim.pid())) == 3; }));
  const Outcome outcome = harness::run(ajar(directory, {"handles", text(victim.pid())}));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.out, StartsWith("sleep (pid " + text(victim.pid()) + "), up "));
  EXPECT_LT(std::ranges::count(outcome.out, '\n'), 8);
}

TEST(Handles, OfARecordingNameTheCodeThatOpenedEach) {
  const TempDir directory;
  ASSERT_TRUE(harness::run(ajar_run(directory, {harness::victim("leak_files")})).exit_status.has_value());
  const Outcome outcome = harness::run(ajar(directory, {"handles", "x.ajar", "--type", "file", "-v"}));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("request-007.log\n  opened by    leak_files  open_log()"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("inherited"))) << "the pipes are filtered out";
  const Json table = json_of(harness::run(ajar(directory, {"handles", "x.ajar", "--json"})));
  std::size_t with_origin = 0;
  for (const Json& handle : table["processes"].at(0)["handles"]) {
    if (!handle.contains("origin")) continue;
    ++with_origin;
    EXPECT_EQ(handle["origin"]["culprit"]["function"], "open_log");
  }
  EXPECT_EQ(with_origin, 100U);
}

TEST(Handles, OfARecordingAtItsStartAreThoseOfThatMoment) {
  const TempDir directory;
  ASSERT_TRUE(harness::run(ajar_run(directory, {harness::victim("leak_files")})).exit_status.has_value());
  const Json first = json_of(harness::run(ajar(directory, {"handles", "x.ajar@1", "--json"})));
  const Json last = json_of(harness::run(ajar(directory, {"handles", "x.ajar@-1", "--json"})));
  EXPECT_LT(first["processes"].at(0)["open"], 10);
  EXPECT_GE(last["processes"].at(0)["open"], 100);
}

TEST(Handles, OfWhatIsNotThereAreOneLineThatNamesIt) {
  const TempDir directory;
  expect_one_line(harness::run(ajar(directory, {"handles", "999999999"})), "999999999");
  expect_one_line(harness::run(ajar(directory, {"handles", "nowhere.ajar"})), "nowhere.ajar");
  expect_one_line(harness::run(ajar(directory, {"handles", "no-such-program-anywhere-at-all"})),
                  "no-such-program-anywhere-at-all");
  harness::write_file(directory / "broken.ajar", "no recording");
  expect_one_line(harness::run(ajar(directory, {"handles", "broken.ajar"})), "broken.ajar");
}

TEST(Handles, OfARecordingThatWasCutOffAreToldWithAWarning) {
  const TempDir directory;
  ASSERT_TRUE(harness::run(ajar_run(directory, {harness::victim("leak_files")})).exit_status.has_value());
  const std::string whole = harness::read_file(directory / "x.ajar");
  harness::write_file(directory / "cut.ajar", whole.substr(0, whole.size() - 40));
  const Outcome outcome = harness::run(ajar(directory, {"handles", "cut.ajar"}));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("warning: cut.ajar: "));
}

TEST(Snapshot, KeepsTheTablesOfSeveralProcessesForHandlesAndDiff) {
  const TempDir directory;
  const Running one(sleeper());
  const Running two(sleeper());
  ASSERT_TRUE(two.wait_until([&] { return harness::count_descriptors(text(two.pid())) == 3; }));
  ASSERT_TRUE(one.wait_until([&] { return harness::count_descriptors(text(one.pid())) == 3; }));
  const Outcome taken = harness::run(ajar(directory, {"snapshot", text(one.pid()), text(two.pid()), "-o",
                                                      "s.ajar", "--every", "50ms", "--times", "3"}));
  EXPECT_EQ(taken.exit_status, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("3 snapshots of 2 processes in s.ajar"));
  const Json table = json_of(harness::run(ajar(directory, {"handles", "s.ajar", "--json"})));
  ASSERT_EQ(table["processes"].size(), 2U);
  EXPECT_EQ(table["processes"][0]["pid"], one.pid());
  EXPECT_EQ(table["processes"][1]["handles"].size(), 3U);
  EXPECT_FALSE(table["processes"][0]["handles"][0].contains("no_origin")) << "nothing was traced";
  const Outcome diff = harness::run(ajar(directory, {"diff", "s.ajar@1", "s.ajar@3"}));
  EXPECT_EQ(diff.exit_status, 0) << diff.err;
  EXPECT_THAT(diff.out, HasSubstr(": 3 -> 3 of "));
}

TEST(Snapshot, ThatIsInterruptedKeepsWhatItHas) {
  const TempDir directory;
  const Running victim(sleeper());
  Running snapshot(ajar(directory, {"snapshot", text(victim.pid()), "-o", "s.ajar", "--every", "20ms"}));
  ASSERT_TRUE(snapshot.wait_until(
      [&] { return harness::run(ajar(directory, {"handles", "s.ajar@3"})).exit_status == 0; }));
  snapshot.send(SIGINT);
  const Outcome outcome = snapshot.finish();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("snapshots of 1 process in s.ajar"));
  EXPECT_THAT(harness::run(ajar(directory, {"handles", "s.ajar"})).out, Not(HasSubstr("warning")));
}

TEST(Snapshot, OfAProcessThatEndsMeanwhileKeepsWhatItHas) {
  const TempDir directory;
  const Running victim({.words = {"sleep", "1"}});
  const Outcome outcome =
      harness::run(ajar(directory, {"snapshot", text(victim.pid()), "-o", "s.ajar", "--every", "100ms"}));
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("what was taken before is kept"));
  EXPECT_EQ(harness::run(ajar(directory, {"handles", "s.ajar"})).exit_status, 0);
}

TEST(Snapshot, ThatCannotBeKeptSaysWhy) {
  const TempDir directory;
  const Running victim(sleeper());
  expect_one_line(harness::run(ajar(directory, {"snapshot", text(victim.pid()), "-o", "/nowhere/s.ajar"})),
                  "/nowhere/s.ajar");
  expect_one_line(harness::run(ajar(directory, {"snapshot", text(victim.pid()), "-o", "/dev/full"})),
                  "/dev/full");
  expect_one_line(harness::run(ajar(directory, {"snapshot", text(victim.pid()), "--times", "3"})), "--every");
}

}  // namespace
}  // namespace ajar::e2e
