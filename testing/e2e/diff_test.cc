#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "e2e/ajar_command.h"
#include "harness/victims.h"

// `ajar diff`, as its users meet it.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;

// Opens a log file for each of 100 requests, 40 in a second, and closes none.
harness::Command leaker(const TempDir& directory) {
  return {.words = {harness::victim("leak_files")}, .directory = directory.path()};
}

TEST(Diff, OfARunsFirstAndLastSnapshotNamesTheCodeThatOpenedWhatCame) {
  const TempDir directory;
  ASSERT_TRUE(harness::run(ajar_run(directory, {harness::victim("leak_files")})).exit_status.has_value());
  const Outcome outcome = harness::run(ajar(directory, {"diff", "x.ajar"}));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr(" 100 handles came\n  + 100 × file"));
  EXPECT_THAT(outcome.out, HasSubstr("request-*.log"));
  EXPECT_THAT(outcome.out, HasSubstr("leak_files  open_log()"));
}

// How many the leaker holds: it has begun, and whatever it opened to get there is closed.
int requests_held(const std::string& pid) {
  int count = 0;
  std::error_code gone;
  for (std::filesystem::directory_iterator at("/proc/" + pid + "/fd", gone), end; !gone && at != end;
       at.increment(gone)) {
    std::error_code closed;
    if (std::filesystem::read_symlink(at->path(), closed).string().find("/request-") != std::string::npos)
      ++count;
  }
  return count;
}

TEST(Diff, OfALivingProcessSaysWhatCameMeanwhileAndHowFast) {
  const TempDir directory;
  const Running victim(leaker(directory));
  const std::string pid = std::to_string(victim.pid());
  ASSERT_TRUE(victim.wait_until([&] { return requests_held(pid) > 1; }));
  const Outcome outcome = harness::run(ajar(directory, {"diff", pid, "--for", "500ms", "--json"}));
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const Json change = Json::parse(outcome.out)["processes"].at(0);
  EXPECT_GT(change["came"], 0);
  EXPECT_EQ(change["went"], 0);
  EXPECT_GT(change["rate_per_second"], 0);
  ASSERT_EQ(change["groups_came"].size(), 1U);
  EXPECT_THAT(change["groups_came"][0]["pattern"].get<std::string>(), HasSubstr("/request-*.log"));
  EXPECT_EQ(change["groups_came"][0]["handles"].size(), change["came"]);
}

TEST(Diff, OfALivingProcessComparesAtOnceWhenInterrupted) {
  const TempDir directory;
  const Running victim({.words = {"sleep", "60"}});
  const auto waits_in = [](const Running& process, const char* call) {
    return process.wait_until([&] {
      const std::string where = harness::read_file("/proc/" + std::to_string(process.pid()) + "/wchan");
      return where.find(call) != std::string::npos;
    });
  };
  ASSERT_TRUE(waits_in(victim, "nanosleep"));  // what it opens to get there would have gone
  Running diff(ajar(directory, {"diff", std::to_string(victim.pid()), "--for", "1h"}));
  // It handles the signal once it waits, and not before it reads the first table.
  ASSERT_TRUE(waits_in(diff, "poll"));
  diff.send(SIGINT);
  const Outcome outcome = diff.finish();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("nothing changed"));
}

TEST(Diff, FailsAScriptWhereAProcessGrew) {
  const TempDir directory;
  ASSERT_TRUE(harness::run(ajar_run(directory, {harness::victim("leak_files")})).exit_status.has_value());
  EXPECT_EQ(harness::run(ajar(directory, {"diff", "x.ajar", "--error-exitcode", "9"})).exit_status, 9);
  EXPECT_EQ(
      harness::run(ajar(directory, {"diff", "x.ajar@-1", "x.ajar@1", "--error-exitcode", "9"})).exit_status,
      0)
      << "it shrank";
}

TEST(Diff, OfTwoRecordingsOfOneProcessComparesHandleByHandle) {
  const TempDir directory;
  const Running victim(leaker(directory));
  const std::string pid = std::to_string(victim.pid());
  ASSERT_TRUE(victim.wait_until([&] { return requests_held(pid) > 1; }));
  ASSERT_EQ(harness::run(ajar(directory, {"snapshot", pid, "-o", "a.ajar"})).exit_status, 0);
  const std::size_t before = harness::count_descriptors(pid);
  ASSERT_TRUE(victim.wait_until([&] { return harness::count_descriptors(pid) > before + 5; }));
  ASSERT_EQ(harness::run(ajar(directory, {"snapshot", pid, "-o", "b.ajar"})).exit_status, 0);
  const Outcome outcome = harness::run(ajar(directory, {"diff", "a.ajar", "b.ajar", "--json"}));
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const Json change = Json::parse(outcome.out)["processes"].at(0);
  EXPECT_TRUE(change["same_process"]);
  EXPECT_GT(change["seconds"], 0);
  EXPECT_GE(change["came"], 5);
  EXPECT_EQ(change["went"], 0);
}

TEST(Diff, WithoutTwoThingsToCompareSaysWhatToDo) {
  const TempDir directory;
  const Running victim({.words = {"sleep", "60"}});
  const std::string pid = std::to_string(victim.pid());
  ASSERT_EQ(harness::run(ajar(directory, {"snapshot", pid, "-o", "a.ajar"})).exit_status, 0);
  const auto expect_advice = [&](const std::vector<std::string>& words, const std::string& advice) {
    const Outcome outcome = harness::run(ajar(directory, words));
    EXPECT_EQ(outcome.exit_status, 2);
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(advice));
  };
  expect_advice({"diff"}, "--for 60s");
  expect_advice({"diff", pid}, "--for 60s");
  expect_advice({"diff", "a.ajar"}, "ajar diff BEFORE AFTER");
  expect_advice({"diff", "a.ajar", "--for", "1s"}, "is a recording");
  expect_advice({"diff", "a.ajar@7", "a.ajar"}, "there are 1");
  expect_advice({"diff", "a.ajar", "a.ajar", "a.ajar"}, "two");
}

}  // namespace
}  // namespace ajar::e2e
