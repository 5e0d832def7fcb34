#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "e2e/ajar_command.h"
#include "harness/victims.h"

// `ajar watch --arm`: the trap that attaches by itself.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kLeak = "open_log()  leak_files.c:";

class Trap : public testing::Test {
 protected:
  // Opens a log for each request, 40 in a second, from the second `idle_s` on.
  [[nodiscard]] harness::Command leaker(const std::string& idle_s = "0") const {
    return {.words = {harness::victim("leak_files"), "100000", idle_s}, .directory = directory_.path()};
  }

  [[nodiscard]] harness::Command watch(std::vector<std::string> words) const {
    words.insert(words.begin(), {"watch", "--every", "100ms"});
    return ajar(directory_, std::move(words));
  }

  [[nodiscard]] std::string file(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(directory_.path() / name).rdbuf();
    return text.str();
  }

  // Of a process that was caught, without what stands behind the last dot.
  static std::string name(const Running& victim) { return "leak_files." + std::to_string(victim.pid()); }

  TempDir directory_;
};

TEST_F(Trap, CatchesALeakThatBeginsAfterTwentySecondsAndNamesItsCulprit) {
  const Running victim(leaker("20"));
  const Outcome watched = harness::run(
      watch({std::to_string(victim.pid()), "--arm", "rate>5/s for 1s", "--for", "3s", "--once"}));
  ASSERT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_THAT(watched.out,
              HasSubstr("CAUGHT   leak_files (pid " + std::to_string(victim.pid()) + ")  rate>5/s for 1s: "));
  EXPECT_THAT(watched.out, HasSubstr(kLeak));
  EXPECT_THAT(watched.out, HasSubstr("report in " + name(victim) + ".txt; look again with: ajar report " +
                                     name(victim) + ".ajar"));
  EXPECT_THAT(file(name(victim) + ".txt"), HasSubstr(kLeak));
  const Outcome again = harness::run(ajar(directory_, {"report", name(victim) + ".ajar"}));
  EXPECT_THAT(again.out, HasSubstr(kLeak));
  EXPECT_THAT(again.out, HasSubstr("marks: 'half-time'"));
  EXPECT_EQ(kill(victim.pid(), 0), 0) << "it runs on";
}

// Others may grow on the machine, but hardly as far and as fast.
TEST_F(Trap, FindsTheOneAmongAllProcesses) {
  const Running idle({.words = {"sleep", "100"}});
  const Running victim(leaker());
  const std::string pid = std::to_string(victim.pid());
  Running watching(watch({"--arm", "count>300 and rate>20/s", "--for", "1s", "--json"}));
  ASSERT_TRUE(watching.wait_until([&] {
    return watching.err().find("leak_files (pid " + pid + "): report in") != std::string::npos;
  })) << watching.err();
  watching.send(SIGINT);
  const Outcome outcome = watching.finish();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  const Json all = Json::parse(outcome.out).at("caught");
  const auto caught = std::ranges::find_if(all, [&](const Json& one) { return one["pid"] == victim.pid(); });
  ASSERT_NE(caught, all.end());
  EXPECT_EQ((*caught)["name"], "leak_files");
  EXPECT_EQ((*caught)["why"], "count>300 and rate>20/s");
  EXPECT_GT((*caught)["handles"], 300);
  EXPECT_EQ((*caught)["recording"], name(victim) + ".ajar");
  EXPECT_EQ((*caught)["report"], name(victim) + ".txt");
  EXPECT_EQ((*caught)["trouble"], nullptr);
  EXPECT_TRUE(std::ranges::none_of(all, [&](const Json& one) { return one["pid"] == idle.pid(); }));
}

TEST_F(Trap, StaysShutWhereNobodyDoesWhatItWaitsFor) {
  const Running idle({.words = {"sleep", "100"}});
  Running watching(watch({std::to_string(idle.pid()), "--arm", "count>1000 or rate>0/s", "--json"}));
  ASSERT_TRUE(watching.wait_until([&] { return watching.err().find("armed:") != std::string::npos; }));
  sleep(2);
  watching.send(SIGINT);
  const Outcome outcome = watching.finish();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(Json::parse(outcome.out).at("caught"), IsEmpty());
}

TEST_F(Trap, CatchesTheSameAgainOnlyAfterItHasCooledDown) {
  const Running victim(leaker());
  const std::string pid = std::to_string(victim.pid());
  Running twice(watch({pid, "--arm", "count>5", "--for", "300ms", "--cool-down", "1s"}));
  ASSERT_TRUE(
      twice.wait_until([&] { return twice.out().find(name(victim) + ".2.txt") != std::string::npos; }));
  twice.send(SIGINT);
  EXPECT_EQ(twice.finish().exit_status, 0);

  Running once(watch({pid, "--arm", "count>5", "--for", "300ms"}));
  ASSERT_TRUE(once.wait_until([&] { return once.out().find("report in") != std::string::npos; }));
  sleep(2);
  once.send(SIGINT);
  const std::string said = once.finish().out;
  EXPECT_EQ(said.find("CAUGHT"), said.rfind("CAUGHT")) << said;
}

TEST_F(Trap, CtrlCReportsWhoIsRecordedJustNow) {
  const Running victim(leaker());
  Running watching(watch({std::to_string(victim.pid()), "--arm", "count>5", "--for", "1h"}));
  ASSERT_TRUE(watching.wait_until([&] { return watching.out().find("CAUGHT") != std::string::npos; }));
  // It is recorded once the recording has a first block.
  ASSERT_TRUE(watching.wait_until([&] { return !file(name(victim) + ".ajar").empty(); }));
  sleep(1);
  watching.send(SIGINT);
  const Outcome outcome = watching.finish();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("detaching from those that are recorded"));
  EXPECT_THAT(outcome.out, HasSubstr(kLeak));
  EXPECT_EQ(kill(victim.pid(), 0), 0) << "it runs on";
}

TEST_F(Trap, ReportsAlsoOnOneThatEndsMeanwhile) {
  Running victim({.words = {harness::victim("leak_files"), "100"}, .directory = directory_.path()});
  const Outcome watched =
      harness::run(watch({std::to_string(victim.pid()), "--arm", "count>10", "--for", "1h", "--once"}));
  EXPECT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_THAT(watched.out, HasSubstr(kLeak));
  EXPECT_THAT(watched.out, HasSubstr("the process has ended"));
}

TEST_F(Trap, RunsItsHookWithWhatItFound) {
  const Running victim(leaker());
  const std::string hook =
      "echo \"$AJAR_NAME|$AJAR_PID|$AJAR_WHY|$AJAR_RECORDING|$AJAR_REPORT|$AJAR_TROUBLE|\"; exit 5";
  const Outcome watched = harness::run(watch(
      {std::to_string(victim.pid()), "--arm", "count > 5", "--for", "300ms", "--once", "--exec", hook}));
  EXPECT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_THAT(watched.out, HasSubstr("leak_files|" + std::to_string(victim.pid()) + "|count > 5|" +
                                     name(victim) + ".ajar|" + name(victim) + ".txt||\n"));
  EXPECT_THAT(watched.out, HasSubstr("the hook ended with 5"));
}

TEST_F(Trap, SaysWhyWhoWasCaughtIsNotRecordedAndTellsTheHook) {
  const Running victim(
      {.words = {harness::victim("static_victim"), "100000"}, .directory = directory_.path()});
  const Outcome watched =
      harness::run(watch({std::to_string(victim.pid()), "--arm", "count>5", "--for", "1s", "--via", "inject",
                          "--once", "--exec", "echo \"[$AJAR_RECORDING] $AJAR_TROUBLE\"", "--json"}));
  const Json caught = Json::parse(watched.out).at("caught");
  ASSERT_THAT(caught, SizeIs(1));
  EXPECT_EQ(caught[0]["recording"], nullptr);
  const std::string trouble = caught[0]["trouble"];
  EXPECT_THAT(trouble, HasSubstr("static"));
  EXPECT_THAT(watched.err, HasSubstr("could not be recorded: " + trouble));
  EXPECT_THAT(watched.err, HasSubstr("[] " + trouble));
}

TEST_F(Trap, KnowsWhoComesNearItsLimit) {
  Running victim(leaker());
  const rlimit low{.rlim_cur = 100, .rlim_max = 200};
  ASSERT_EQ(prlimit(victim.pid(), RLIMIT_NOFILE, &low, nullptr), 0);
  const Outcome watched =
      harness::run(watch({std::to_string(victim.pid()), "--arm", "share>=80%", "--for", "300ms", "--once"}));
  EXPECT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_THAT(watched.out, HasSubstr("share>=80%: "));
  EXPECT_THAT(watched.out, HasSubstr(" of 100 handles"));
}

TEST_F(Trap, KnowsWhoIsRefusedHandles) {
  Running victim(leaker());
  const rlimit low{.rlim_cur = 40, .rlim_max = 200};
  ASSERT_EQ(prlimit(victim.pid(), RLIMIT_NOFILE, &low, nullptr), 0);
  const Outcome watched =
      harness::run(watch({std::to_string(victim.pid()), "--arm", "refused", "--for", "1s", "--once"}));
  if (watched.exit_status == 2 && watched.err.find("'refused' can't be told") != std::string::npos)
    GTEST_SKIP() << watched.err;
  EXPECT_EQ(watched.exit_status, 0) << watched.err;
  EXPECT_THAT(watched.out, HasSubstr("refused: 40 of 40 handles"));
  EXPECT_THAT(watched.out, HasSubstr("EMFILE: too many open files"));
}

TEST_F(Trap, IsNotArmedByWhatCanNotBeUnderstood) {
  const Outcome nonsense = harness::run(watch({"--arm", "cuont>5"}));
  EXPECT_EQ(nonsense.exit_status, 2);
  EXPECT_THAT(nonsense.err, HasSubstr("'cuont' is nothing to ask for"));
  EXPECT_THAT(harness::run(watch({"--once"})).err, HasSubstr("give --arm CONDITION"));
  EXPECT_THAT(harness::run(watch({"--arm", "count>5", "--from", "x.ajar"})).err, HasSubstr("leave out"));
}

}  // namespace
}  // namespace ajar::e2e
