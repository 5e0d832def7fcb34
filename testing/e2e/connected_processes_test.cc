#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>

#include "e2e/ajar_command.h"
#include "e2e/stating_victim.h"
#include "harness/needs.h"
#include "harness/victims.h"

// Victims that are connected with one another, and state how: `ajar handles -v` must say the same.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// By another user than root.
harness::Command as_ordinary_user(harness::Command command) {
  const std::vector<std::string> before = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  command.words.insert(command.words.begin(), before.begin(), before.end());
  return command;
}

TEST(CloseWait, IsToldOfEachConnectionThatTheVictimForgot) {
  const StatingVictim victim("close_wait 40");
  ASSERT_TRUE(victim.is_ready());
  const std::vector<Json> stated = victim.lines_with("handle");
  ASSERT_EQ(stated.size(), 41U);
  const Json told = told_of(victim.pid());
  for (const Json& one : stated) expect_agreement(told, one);
  for (const Json& one : stated) {
    if (one["state"] != "CLOSE_WAIT") continue;
    const Json handle = handle_of(told, one["handle"]);
    EXPECT_TRUE(handle.contains("last_heard_ms")) << handle.dump();
    EXPECT_EQ(handle.contains("last_received_ms"), one.contains("receive_queue")) << handle.dump();
    EXPECT_FALSE(handle.contains("last_sent_ms")) << "it has sent nothing";
  }
}

TEST(CloseWait, IsASignInTheSummary) {
  const StatingVictim victim("close_wait 40");
  ASSERT_TRUE(victim.is_ready());
  const TempDir directory;
  const Outcome outcome = harness::run(ajar(directory, {"handles", std::to_string(victim.pid())}));
  EXPECT_THAT(outcome.out, HasSubstr("tcp socket  41   ==> 40 in CLOSE_WAIT"));
}

// They don't grow in number, so that nothing else gives them away.
TEST(CloseWait, IsSaidInTheReportOfARunWithTheCodeThatAccepted) {
  const TempDir directory;
  const Outcome outcome =
      harness::run({.words = {"sh", "-c",
                              "sleep 2.5 | " + ajar(directory, {}).words.at(0) + " run -o x.ajar -- " +
                                  harness::victim("close_wait") + " 30"},
                    .directory = directory.path()});
  EXPECT_THAT(outcome.err, HasSubstr("  ==> 30 in CLOSE_WAIT"));
  EXPECT_THAT(harness::run(ajar(directory, {"report", "x.ajar"})).out, HasSubstr("  ==> 30 in CLOSE_WAIT"));
  const Json group =
      process_in(harness::run(ajar(directory, {"report", "x.ajar", "--json"})))["groups"].at(0);
  EXPECT_EQ(group["signs"].at(0)["count"], 30);
}

TEST(CloseWait, IsToldOfProcessesInOtherNetworkNamespacesToo) {
  const StatingVictim victim("close_wait 20 own-network");
  ASSERT_TRUE(victim.is_ready());
  if (!victim.lines_with("unavailable").empty()) GTEST_SKIP() << victim.lines_with("unavailable")[0].dump();
  const Json told = told_of(victim.pid());
  const std::vector<Json> stated = victim.lines_with("handle");
  ASSERT_EQ(stated.size(), 21U);
  for (const Json& one : stated) expect_agreement(told, one);
}

// Another user may look into the process, but not into the namespace that root made.
TEST(CloseWait, InANamespaceThatMayNotBeEnteredIsNotToldAndThatIsSaid) {
  if (::geteuid() != 0) GTEST_SKIP() << "it takes root to make a namespace that is not the user's";
  AJAR_NEEDS("setpriv", "util-linux");
  const TempDir directory;
  const StatingVictim victim("close_wait 3 own-network 65534");
  ASSERT_TRUE(victim.is_ready());
  if (!victim.lines_with("unavailable").empty()) GTEST_SKIP() << victim.lines_with("unavailable")[0].dump();
  const Outcome outcome =
      harness::run(as_ordinary_user(ajar(directory, {"handles", std::to_string(victim.pid()), "--json"})));
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const Json json = Json::parse(outcome.out);
  for (const Json& stated : victim.lines_with("handle")) {
    const Json handle = handle_of(json["processes"].at(0), stated["handle"]);
    EXPECT_EQ(handle["type"], "tcp socket");
    EXPECT_FALSE(handle.contains("state"));
  }
  EXPECT_THAT(json["warnings"].at(0), HasSubstr("network namespace"));
}

TEST(TwoProcesses, AreEachToldToHaveTheOthersEnds) {
  const StatingVictim victim("two_processes");
  ASSERT_TRUE(victim.is_ready());
  std::map<int, Json> told;
  std::size_t compared = 0;
  for (const Json& stated : victim.lines_with("handle")) {
    if (stated.contains("later")) continue;
    const int pid = stated["pid"];
    if (!told.contains(pid)) told.emplace(pid, told_of(pid));
    expect_agreement(told.at(pid), stated);
    ++compared;
  }
  EXPECT_EQ(told.size(), 2U);
  EXPECT_EQ(compared, 18U);
}

// The kernel closes what a process had some time after the signal, when its folder may be empty already; all
// of it is closed once the process is a zombie.
bool has_closed_all(int pid) {
  const std::string status = harness::read_file("/proc/" + std::to_string(pid) + "/status");
  return status.empty() || status.find("State:\tZ") != std::string::npos;
}

TEST(TwoProcesses, OfWhichOneHasEndedLeaveTheOtherWithEndsThatNobodyHas) {
  const StatingVictim victim("two_processes");
  ASSERT_TRUE(victim.is_ready());
  const int second = victim.number("second");
  ASSERT_EQ(::kill(second, SIGKILL), 0);
  ASSERT_TRUE(victim.wait_until([&] { return has_closed_all(second); }));
  const Json told = told_of(victim.pid());
  for (const Json& stated : victim.lines_with("later")) {
    expect_agreement(told, stated);
    EXPECT_FALSE(handle_of(told, stated["handle"]).contains("other_end")) << stated.dump();
  }
}

TEST(TwoProcesses, SeenByAnOrdinaryUserAreToldAsFarAsHeMayLook) {
  if (::geteuid() != 0) GTEST_SKIP() << "it takes root to be two users";
  AJAR_NEEDS("setpriv", "util-linux");
  const TempDir directory;
  const Running victim(as_ordinary_user({.words = {"sleep", "100"}}));
  // Before that it is setpriv's, and root's.
  const std::string name = "/proc/" + std::to_string(victim.pid()) + "/comm";
  ASSERT_TRUE(victim.wait_until([&] { return harness::read_file(name) == "sleep\n"; }));
  const Outcome outcome = harness::run(
      as_ordinary_user(ajar(directory, {"handles", std::to_string(victim.pid()), "-v", "--json"})));
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const Json json = Json::parse(outcome.out);
  ASSERT_EQ(json["warnings"].size(), 1U);
  EXPECT_THAT(json["warnings"][0], HasSubstr("may not be looked into")) << "this test, for one, is root's";
}

TEST(TwoProcesses, ThatUseOneTableAreToldAsThat) {
  const StatingVictim victim("two_processes");
  ASSERT_TRUE(victim.is_ready());
  const int third = victim.number("shares_table_with");
  const std::string of_third = " " + std::to_string(third);
  const Json first = told_of(victim.pid());
  ASSERT_EQ(first["shares_table_with"].size(), 1U);
  EXPECT_THAT(first["shares_table_with"][0], testing::EndsWith(of_third));
  EXPECT_THAT(told_of(third)["shares_table_with"][0], testing::EndsWith(" " + std::to_string(victim.pid())));
  EXPECT_THAT(first["handles"].dump(), Not(HasSubstr(of_third + " (fd ")));
  EXPECT_TRUE(told_of(victim.number("second"))["shares_table_with"].empty());
}

}  // namespace
}  // namespace ajar::e2e
