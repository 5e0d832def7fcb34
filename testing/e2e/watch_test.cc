#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "e2e/ajar_command.h"
#include "harness/victims.h"

// `ajar watch`, on processes that grow and others.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Watch : public testing::Test {
 protected:
  Outcome run(std::vector<std::string> words) { return harness::run(ajar(directory_, std::move(words))); }

  // Opens a log file for each of 200 requests, 40 in a second, closes none, and ends.
  [[nodiscard]] harness::Command leaker() const {
    return {.words = {harness::victim("leak_files"), "200"}, .directory = directory_.path()};
  }

  TempDir directory_;
};

Json only_process(const Outcome& outcome) {
  Json processes = Json::parse(outcome.out).at("processes");
  EXPECT_EQ(processes.size(), 1U) << outcome.out;
  return processes.at(0);
}

TEST_F(Watch, SaysWhichProcessGrowsOfWhichTypeAndWhenTheLimitIsReached) {
  const Running victim(leaker());
  const Outcome watched = run({"watch", std::to_string(victim.pid()), "--every", "50ms", "-o", "w.ajar",
                               "--json", "--error-exitcode", "7"});
  EXPECT_EQ(watched.exit_status, 7) << watched.err;
  EXPECT_THAT(watched.err, HasSubstr("GROWING  leak_files (pid " + std::to_string(victim.pid()) + ")"));
  EXPECT_THAT(watched.err, HasSubstr("the process has ended"));
  const Json process = only_process(watched);
  EXPECT_EQ(process["trend"], "growing") << process;
  EXPECT_GT(process["rate_per_second"], 0);
  EXPECT_FALSE(process["soft_limit"].is_null());
  // The recording says the same, as it was judged by all its counts.
  const Json again = only_process(run({"report", "w.ajar", "--json"}));
  EXPECT_EQ(again["trend"], "growing") << again;
  EXPECT_EQ(again["last"], process["last"]);
  EXPECT_THAT(run({"watch", "--from", "w.ajar"}).out, HasSubstr("GROWING  leak_files"));
  EXPECT_THAT(run({"handles", "w.ajar"}).out, HasSubstr("  file"));
}

TEST_F(Watch, IsSilentOnWhatOnlyWaitsAndEndsWhenItIsTold) {
  const Running idle({.words = {"sleep", "60"}});
  const Outcome watched =
      run({"watch", std::to_string(idle.pid()), "--every", "20ms", "--for", "1s", "--error-exitcode", "7"});
  EXPECT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_THAT(watched.out, Not(HasSubstr("GROWING")));
  EXPECT_THAT(watched.out, HasSubstr("steady: 1 process"));
}

TEST_F(Watch, WithoutAnOperandCountsAllButItself) {
  const Running idle({.words = {"sleep", "60"}});
  Running watching(ajar(directory_, {"watch", "--every", "50ms", "--for", "700ms", "--json"}));
  const pid_t own = watching.pid();
  const Outcome watched = watching.finish();
  ASSERT_EQ(watched.exit_status, 0) << watched.err;
  const Json processes = Json::parse(watched.out).at("processes");
  const auto has = [&](pid_t pid) {
    return std::ranges::any_of(processes, [&](const Json& process) { return process["pid"] == pid; });
  };
  EXPECT_TRUE(has(idle.pid()));
  EXPECT_FALSE(has(own));
}

TEST_F(Watch, AProcessWithoutAHandleHasNotEnded) {
  const Running idle({.words = {"sh", "-c", "exec sleep 60 <&- >&- 2>&-"}});
  ASSERT_TRUE(idle.wait_until([&] { return harness::count_descriptors(std::to_string(idle.pid())) == 0; }));
  const Outcome watched =
      run({"watch", std::to_string(idle.pid()), "--every", "20ms", "--for", "1s", "--json"});
  EXPECT_THAT(watched.err, Not(HasSubstr("ended")));
  EXPECT_GT(only_process(watched)["samples"], 10);
}

// As the entry point of a container becomes its server.
TEST_F(Watch, NamesAProcessAsTheProgramThatItHasBecome) {
  const Running server({.words = {"sh", "-c", "sleep 1; exec " + harness::victim("leak_files") + " 200"},
                        .directory = directory_.path()});
  const Outcome watched = run({"watch", std::to_string(server.pid()), "--every", "50ms", "-o", "w.ajar"});
  EXPECT_THAT(watched.out, HasSubstr("GROWING  leak_files (pid " + std::to_string(server.pid()) + ")"));
  EXPECT_THAT(run({"report", "w.ajar"}).out, HasSubstr("leak_files"));
}

TEST_F(Watch, RefusesAWindowInWhichNothingCouldBeJudged) {
  EXPECT_THAT(run({"watch", "--every", "1m", "--window", "2m"}).err,
              HasSubstr("at least twelve times --every"));
}

TEST_F(Watch, EndsAtCtrlCWithWhatItKnows) {
  const Running idle({.words = {"sleep", "60"}});
  Running watching(
      ajar(directory_, {"watch", std::to_string(idle.pid()), "--every", "20ms", "-o", "w.ajar"}));
  ASSERT_TRUE(
      watching.wait_until([&] { return watching.out().find("counting every") != std::string::npos; }));
  watching.send(SIGINT);
  const Outcome outcome = watching.finish();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("recorded in w.ajar"));
  EXPECT_EQ(run({"report", "w.ajar"}).exit_status, 0);
}

TEST_F(Watch, KeepsNoMoreThanItIsTold) {
  const Running victim(leaker());
  const Outcome watched = run({"watch", "--every", "10ms", "--for", "8s", "-o", "w.ajar", "--keep", "64KB"});
  ASSERT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_LT(std::filesystem::file_size(directory_.path() / "w.ajar"), 90'000U);
  const Json kept = Json::parse(run({"report", "w.ajar", "--json"}).out);
  EXPECT_GT(kept["samples"], 10);
  EXPECT_EQ(kept["warnings"], Json::array());
  EXPECT_THAT(run({"watch", "--keep", "1h"}).err, HasSubstr("give -o FILE"));
  EXPECT_THAT(run({"watch", "-o", "x.ajar", "--keep", "much"}).err, HasSubstr("neither a time"));
}

// Rows of those that have ended, and were dropped, are given to others.
TEST_F(Watch, KnowsWhoIsWhoAmongManyThatComeAndGo) {
  const std::string many =
      "import ctypes, os, signal, time\n"
      "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
      "libc, PR_SET_NAME = ctypes.CDLL(None), 15\n"
      "for _ in range(600):\n"
      "    if os.fork() == 0:\n"
      "        libc.prctl(PR_SET_NAME, b'p%d' % os.getpid())\n"
      "        time.sleep(0.3)\n"
      "        os._exit(0)\n"
      "    time.sleep(0.01)\n";
  const Running processes({.words = {"python3", "-c", many}});
  const Outcome watched = run({"watch", "--every", "20ms", "--window", "500ms", "--for", "7s", "-o", "w.ajar",
                               "--keep", "64KB", "--json"});
  ASSERT_EQ(watched.exit_status, 0) << watched.err;
  const Json kept = Json::parse(run({"report", "w.ajar", "--json"}).out);
  EXPECT_EQ(kept["warnings"], Json::array());
  int seen = 0;
  for (const Json& process : kept["processes"]) {
    const std::string name = process["name"];
    EXPECT_NE(name, "") << process;
    if (name.size() < 2 || name[0] != 'p' || name.find_first_not_of("0123456789", 1) != std::string::npos)
      continue;
    EXPECT_EQ(name, "p" + process["pid"].dump());
    EXPECT_LT(process["samples"], 20) << name;
    ++seen;
  }
  EXPECT_GT(seen, 20) << kept;
}

TEST_F(Watch, GoesOnWhereTheDiskIsFullAndSaysSo) {
  const Running idle({.words = {"sleep", "60"}});
  const Outcome watched =
      run({"watch", std::to_string(idle.pid()), "--every", "20ms", "--for", "500ms", "-o", "/dev/full"});
  EXPECT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_THAT(watched.out, HasSubstr("/dev/full: No space left on device"));
  EXPECT_THAT(watched.out, HasSubstr("steady: 1 process"));
  EXPECT_THAT(watched.out, Not(HasSubstr("recorded in")));
}

TEST_F(Watch, WhatCanNotBeWatchedIsSaid) {
  EXPECT_THAT(run({"watch", "999999999"}).err, HasSubstr("999999999"));
  EXPECT_EQ(run({"watch", "-o", "no/such/folder/x.ajar", "--for", "1s"}).exit_status, 2);
  EXPECT_THAT(run({"watch", "--every", "0s"}).err, HasSubstr("at least 10ms"));
  EXPECT_THAT(run({"watch", "--from", "nothing.ajar"}).err, HasSubstr("nothing.ajar"));
  EXPECT_THAT(run({"watch", "--from", "x.csv", "-o", "y.ajar"}).err, HasSubstr("leave out"));
}

}  // namespace
}  // namespace ajar::e2e
