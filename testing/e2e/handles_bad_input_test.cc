#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>

#include "e2e/ajar_command.h"
#include "e2e/stating_victim.h"
#include "harness/needs.h"
#include "harness/victims.h"

// What `ajar handles` says of what it may not see, of what is gone, and of what changes while it is read.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;

// The same command as nobody, who may look into nothing of ours.
Command as_nobody(Command command) {
  const std::vector<std::string> prefix = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  command.words.insert(command.words.begin(), prefix.begin(), prefix.end());
  return command;
}

// The same command where /proc shows to each only what is theirs.
Command with_hidden_processes(Command command) {
  std::string line = "mount -t proc -o hidepid=2 proc /proc && exec";
  for (const std::string& word : command.words) line += " '" + word + "'";
  command.words = {"unshare", "-m", "sh", "-c", line};
  return command;
}

void expect_one_line(const Outcome& outcome, const std::vector<std::string>& named) {
  EXPECT_EQ(outcome.exit_status, 2) << how_it_ended(outcome) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  for (const std::string& name : named) EXPECT_THAT(outcome.err, HasSubstr(name));
  EXPECT_EQ(outcome.out, "");
}

TEST(HandlesBadInput, AnothersProcessSaysWhichUserOrCapabilityWouldDo) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  const TempDir directory;
  const Running victim({.words = {"sleep", "60"}});
  const std::string pid = std::to_string(victim.pid());
  expect_one_line(harness::run(as_nobody(ajar(directory, {"handles", pid}))),
                  {pid, "its user", "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"});
  expect_one_line(harness::run(as_nobody(ajar(directory, {"snapshot", pid, "-o", "/dev/null"}))), {pid});
  expect_one_line(harness::run(as_nobody(ajar(directory, {"diff", pid, "--for", "1ms"}))), {pid});
}

TEST(HandlesBadInput, WithoutPrivilegesAllProcessesAreStillCounted) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  const TempDir directory;
  const Running victim({.words = {"sleep", "60"}});
  ASSERT_TRUE(
      victim.wait_until([&] { return harness::count_descriptors(std::to_string(victim.pid())) == 3; }));
  const Outcome outcome = harness::run(as_nobody(ajar(directory, {"handles", "--json"})));
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const Json report = Json::parse(outcome.out);
  const auto row = std::ranges::find_if(report["processes"],
                                        [&](const Json& process) { return process["pid"] == victim.pid(); });
  ASSERT_NE(row, report["processes"].end());
  if ((*row)["open"].is_null()) GTEST_SKIP() << "this kernel does not tell by size";
  EXPECT_EQ((*row)["open"], 3);
  EXPECT_EQ((*row)["commonest"], 0) << "what they are may not be looked at";
}

// Then /proc/PID/fd is empty, and the table lives on.
TEST(HandlesBadInput, AProcessWhoseFirstThreadHasEndedIsCounted) {
  const TempDir directory;
  const Running victim({.words = {"python3", "-c",
                                  "import ctypes, threading, time\n"
                                  "threading.Thread(target=lambda: time.sleep(60)).start()\n"
                                  "ctypes.CDLL(None).syscall(60, 0)\n"}});
  const std::string pid = std::to_string(victim.pid());
  ASSERT_TRUE(victim.wait_until(
      [&] { return harness::read_file("/proc/" + pid + "/stat").find(") Z ") != std::string::npos; }));
  const Outcome outcome = harness::run(ajar(directory, {"handles", "--json"}));
  ASSERT_EQ(outcome.exit_status, 0) << outcome.err;
  const Json report = Json::parse(outcome.out);
  const auto row = std::ranges::find_if(report["processes"],
                                        [&](const Json& process) { return process["pid"] == victim.pid(); });
  ASSERT_NE(row, report["processes"].end());
  EXPECT_GE((*row)["open"], 3);
}

TEST(HandlesBadInput, AHiddenProcessSaysThatItIsHidden) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to mount";
  const TempDir directory;
  if (harness::run(with_hidden_processes({.words = {"true"}})).exit_status != 0)
    GTEST_SKIP() << "no mounting here";
  const Running victim({.words = {"sleep", "60"}});
  const std::string pid = std::to_string(victim.pid());
  Command command = as_nobody(ajar(directory, {"handles", pid}));
  expect_one_line(harness::run(with_hidden_processes(std::move(command))), {pid, "hidepid"});
  // All that are hidden are not there.
  const Outcome list = harness::run(with_hidden_processes(as_nobody(ajar(directory, {"handles"}))));
  EXPECT_EQ(list.exit_status, 0) << list.err;
}

TEST(HandlesBadInput, ATableThatChangesUnderneathIsReadAsOftenAsAsked) {
  const TempDir directory;
  const Running victim(
      {.words = {"sh", "-c", "while :; do exec 7</dev/null 8<. 9</etc/passwd; exec 7<&- 8<&- 9<&-; done"}});
  const std::string pid = std::to_string(victim.pid());
  for (int i = 0; i < 15; ++i) {
    const Outcome outcome = harness::run(ajar(directory, {"handles", pid, "-v", "--json"}));
    ASSERT_EQ(outcome.exit_status, 0) << how_it_ended(outcome) << outcome.err;
    const Json handles = Json::parse(outcome.out)["processes"].at(0)["handles"];
    EXPECT_TRUE(
        std::ranges::is_sorted(handles, {}, [](const Json& handle) { return handle["handle"].get<int>(); }));
    EXPECT_GE(handles.size(), 3U) << "what is open all the while";
  }
}

// Dead servers and hung programs that serve files are where people look at tables.
TEST(HandlesBadInput, AFileSystemThatDoesNotAnswerIsNotWaitedFor) {
  const StatingVictim victim("unanswered");
  ASSERT_TRUE(victim.is_ready());
  for (const Json& missing : victim.lines_with("unavailable"))
    GTEST_SKIP() << "no mounting here: " << missing["why"];
  const TempDir directory;
  Command command = ajar(directory, {"handles", std::to_string(victim.pid()), "-v", "--json"});
  command.limit = std::chrono::seconds(20);
  const Outcome outcome = harness::run(command);
  ASSERT_FALSE(outcome.timed_out);
  for (const Json& stated : victim.lines_with("handle")) expect_agreement(process_in(outcome), stated);
}

TEST(HandlesBadInput, ProcessesThatComeAndGoWhileTheyAreListedAreNoTrouble) {
  const TempDir directory;
  const Running storm(
      {.words = {"sh", "-c",
                 "while :; do for i in 1 2 3 4 5 6 7 8; do true & /bin/true & done; wait; done"}});
  for (int i = 0; i < 10; ++i) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"handles", "--json"},
                                                  {"handles", std::to_string(getpid()), "-v", "--json"}}) {
      const Outcome outcome = harness::run(ajar(directory, words));
      ASSERT_EQ(outcome.exit_status, 0) << how_it_ended(outcome) << outcome.err;
      EXPECT_TRUE(Json::accept(outcome.out));
    }
  }
}

TEST(HandlesBadInput, APatternOfSeveralProcessesListsThemAndGuessesAtNone) {
  const TempDir directory;
  const Running one({.words = {"sleep", "61.25"}});
  const Running two({.words = {"sleep", "61.25"}});
  const Outcome outcome = harness::run(ajar(directory, {"handles", "^sleep 61\\.25$"}));
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("matches 2 processes"));
  EXPECT_THAT(outcome.err, HasSubstr("\n  " + std::to_string(one.pid()) + "  sleep  sleep 61.25\n"));
  EXPECT_THAT(outcome.err, HasSubstr("\n  " + std::to_string(two.pid()) + "  sleep  sleep 61.25\n"));
}

// A recording is nothing that a snapshot could be taken of.
TEST(HandlesBadInput, ANameThatMatchesNothingIsSaidAndWhatElseItIsNot) {
  const TempDir directory;
  expect_one_line(harness::run(ajar(directory, {"handles", "nosuch-name"})),
                  {"no process matches 'nosuch-name', and it is no recording; 'ajar handles'"});
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"snapshot", "nosuch-name"}, {"diff", "nosuch-name", "--for", "1ms"}}) {
    expect_one_line(harness::run(ajar(directory, words)),
                    {"no process matches 'nosuch-name'; 'ajar handles'"});
  }
}

// Otherwise one would look for the snapshot that is gone with the rest.
TEST(HandlesBadInput, WhatARestOfARecordingLacksIsSaidWithWhatItIs) {
  const TempDir directory;
  ASSERT_EQ(harness::run(ajar(directory, {"snapshot", std::to_string(getpid()), "-o", "x.ajar"})).exit_status,
            0);
  const std::string bytes = harness::read_file(directory / "x.ajar");
  ASSERT_GT(bytes.size(), 200U);
  harness::write_file(directory / "start.ajar", bytes.substr(0, 63));
  harness::write_file(directory / "most.ajar", bytes.substr(0, bytes.size() - 1));
  const std::string no_snapshot = "start.ajar: the recording has no snapshot of a handle table; ";
  expect_one_line(harness::run(ajar(directory, {"handles", "start.ajar"})),
                  {no_snapshot, "; the recording has no end"});
  expect_one_line(harness::run(ajar(directory, {"diff", "start.ajar"})),
                  {no_snapshot, "; the recording has no end"});
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"diff", "start.ajar", "x.ajar"}, {"diff", "x.ajar", "start.ajar"}}) {
    expect_one_line(harness::run(ajar(directory, words)), {no_snapshot, "; the recording has no end"});
  }
  expect_one_line(harness::run(ajar(directory, {"diff", "most.ajar"})),
                  {"most.ajar: that is one and the same snapshot", "; the recording has no end"});
  const Outcome whole = harness::run(ajar(directory, {"diff", "x.ajar"}));
  EXPECT_THAT(whole.err, testing::Not(HasSubstr("has no end")));
}

TEST(HandlesBadInput, ATypeThatNoHandleHasIsSaid) {
  const TempDir directory;
  const Running victim({.words = {"sleep", "60"}});
  const Outcome outcome = harness::run(
      ajar(directory, {"handles", std::to_string(victim.pid()), "--type", "tcp", "--type", "*"}));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("warning: no handle is of type 'tcp'\n"));
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("'*'")));
}

// The one that is written holds hours, perhaps.
TEST(HandlesBadInput, ARecordingThatIsBeingWrittenIsNotOverwritten) {
  const TempDir directory;
  const Running first(
      ajar(directory, {"snapshot", std::to_string(getpid()), "--every", "10ms", "-o", "x.ajar"}));
  ASSERT_TRUE(first.wait_until([&] { return harness::read_file(directory / "x.ajar").size() > 3000; }));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"snapshot", std::to_string(getpid()), "-o", "x.ajar"},
        {"run", "-o", "x.ajar", "--", "true"},
        {"run", "--report", "x.ajar", "-o", "y.ajar", "--", "true"}}) {
    expect_one_line(harness::run(ajar(directory, words)), {"x.ajar", "is being written by another ajar"});
  }
  EXPECT_GT(harness::read_file(directory / "x.ajar").size(), 3000U);
}

// Without a pause it is to be ended like any other.
TEST(HandlesBadInput, SnapshotsWithoutAPauseEndAtASignal) {
  const TempDir directory;
  Running snapshots(ajar(directory, {"snapshot", std::to_string(getpid()), "--every", "0", "-o", "x.ajar"}));
  ASSERT_TRUE(snapshots.wait_until([&] { return !harness::read_file(directory / "x.ajar").empty(); }));
  snapshots.send(SIGTERM);
  const auto asked = std::chrono::steady_clock::now();
  const Outcome outcome = snapshots.finish();
  EXPECT_EQ(outcome.exit_status, 0) << how_it_ended(outcome);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(20));
}

TEST(HandlesBadInput, OptionsThatMakeNoSenseAreSaid) {
  const TempDir directory;
  const std::string own = std::to_string(getpid());
  expect_one_line(harness::run(ajar(directory, {"handles", "--sort", "type"})), {"--sort", "count"});
  expect_one_line(harness::run(ajar(directory, {"handles", own, "--sort", "used"})), {"--sort", "number"});
  expect_one_line(harness::run(ajar(directory, {"handles", own, "--sort", "size"})), {"--sort", "size"});
  expect_one_line(harness::run(ajar(directory, {"handles", "gate("})), {"gate(", "regular expression"});
  expect_one_line(harness::run(ajar(directory, {"handles", ""})), {"empty"});
  for (const char* pid : {"0", "4294967295", "4294967297"})
    expect_one_line(harness::run(ajar(directory, {"handles", pid})), {pid, "no such process"});
  expect_one_line(harness::run(ajar(directory, {"snapshot"})), {"which process"});
  for (const std::vector<std::string>& about : {std::vector<std::string>{"-v"}, {"-l"}, {"--type", "pipe"}}) {
    std::vector<std::string> words = {"handles"};
    words.insert(words.end(), about.begin(), about.end());
    expect_one_line(harness::run(ajar(directory, words)), {"of which one?", "ajar handles gateway"});
  }
}

}  // namespace
}  // namespace ajar::e2e
