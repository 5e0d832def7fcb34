#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "e2e/attaching.h"
#include "e2e/shop.h"
#include "harness/needs.h"
#include "harness/truth.h"
#include "harness/victims.h"

// `ajar attach`, as its users meet it, on processes that run already.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::string text(pid_t pid) {
  return std::to_string(pid);
}

// By each way in that can.
class Attach : public Attaching {
 protected:
  static std::string words() {
    if (GetParam() == "inject") return "injecting the agent";
    return GetParam() == "ebpf" ? "eBPF" : "ptrace";
  }
  // What it costs is said by ptrace, before anything else.
  static std::ptrdiff_t lines_first() { return GetParam() == "ptrace" ? 1 : 0; }
};

// Opens a file that it forgets every 25 ms, until it is told to end.
class AttachToALeak : public Attach {
 protected:
  [[nodiscard]] bool has_begun() const {
    return victim_.wait_until([&] { return harness::count_descriptors(text(victim_.pid())) > 10; });
  }
  [[nodiscard]] std::string pid() const { return text(victim_.pid()); }

  // With all that it opened, also what it opened since.
  void expect_that_the_victim_ends_as_alone() {
    const std::size_t open = harness::count_descriptors(pid());
    EXPECT_TRUE(victim_.wait_until([&] { return harness::count_descriptors(pid()) > open; }));
    end_victim();
    const Outcome end = victim_.finish();
    EXPECT_EQ(end.exit_status, 0) << how_it_ended(end);
    const harness::Truth truth = harness::parse_truths(end.out).at(0);
    EXPECT_EQ(truth.open, truth.outstanding.at(0).count + 3);
    EXPECT_GT(truth.open, open);
  }
  void end_victim() { victim_.send(SIGTERM); }

  TempDir victims_;
  Running victim_{Command{.words = {harness::victim("leak_files"), "20000"}, .directory = victims_.path()}};
};

TEST_P(AttachToALeak, NamesTheFunctionAndTheLine) {
  ASSERT_TRUE(has_begun());
  const Outcome seen = harness::run(attach({pid(), "--for", "1s"}));
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_THAT(seen.err, HasSubstr("attached to leak_files (pid " + pid() + ") by " + words() + "; "));
  EXPECT_EQ(seen.err.starts_with("ajar: by ptrace each system call stops twice: "), GetParam() == "ptrace");
  EXPECT_THAT(seen.err, HasSubstr("detached; leak_files (pid " + pid() + ") runs on as before\n"));
  EXPECT_THAT(seen.out, HasSubstr(" 1. LEAK "));
  EXPECT_THAT(seen.out, HasSubstr("leak_files  open_log()  leak_files.c:18"));
  EXPECT_THAT(seen.out, HasSubstr(" open before tracking began"));
  EXPECT_THAT(seen.out, testing::ContainsRegex("probably also [0-9,]+ from before: file "));
  EXPECT_THAT(seen.out, HasSubstr(" 0 events lost"));
  expect_that_the_victim_ends_as_alone();
}

TEST_P(AttachToALeak, ExplainsAllThatWasOpenedSince) {
  ASSERT_TRUE(has_begun());
  ASSERT_EQ(harness::run(attach({pid(), "--for", "1s"})).exit_status, 0);
  const Json told = report();
  const Json& process = told.at("processes").at(0);
  const Json& coverage = process.at("coverage");
  EXPECT_EQ(coverage.at("unseen"), 0);
  EXPECT_GT(coverage.at("before_tracking"), 10);
  EXPECT_EQ(coverage.at("before_tracking").get<int>() + coverage.at("explained").get<int>(),
            process.at("open"));
  EXPECT_TRUE(process.at("running"));
}

TEST_P(AttachToALeak, EndsAtTheFirstLeakThatIsSure) {
  ASSERT_TRUE(has_begun());
  const Outcome seen = harness::run(attach({pid(), "--until-leak", "--for", "60s"}));
  EXPECT_THAT(seen.out, HasSubstr(" 1. LEAK "));
  expect_that_the_victim_ends_as_alone();
}

TEST_P(AttachToALeak, EndsWithTheProcess) {
  ASSERT_TRUE(has_begun());
  Running attached(attach({pid()}));
  ASSERT_TRUE(has_attached(attached));
  expect_that_the_victim_ends_as_alone();
  const Outcome seen = attached.finish();
  EXPECT_EQ(seen.exit_status, 0);
  EXPECT_THAT(seen.err, HasSubstr("leak_files (pid " + pid() + ") has ended\n"));
  EXPECT_THAT(seen.out, HasSubstr("compared with the kernel's table at exit"));
}

TEST_P(AttachToALeak, DetachesAndReportsAtCtrlC) {
  ASSERT_TRUE(has_begun());
  Running attached(attach({pid()}));
  ASSERT_TRUE(has_attached(attached));
  ::usleep(500'000);
  attached.send(SIGINT);
  const Outcome seen = attached.finish();
  EXPECT_EQ(seen.exit_status, 0) << how_it_ended(seen);
  EXPECT_THAT(seen.out, HasSubstr("open_log()"));
  expect_that_the_victim_ends_as_alone();
}

TEST_P(AttachToALeak, LeavesTheProcessAloneWhenItIsKilled) {
  ASSERT_TRUE(has_begun());
  Running attached(attach({pid()}));
  ASSERT_TRUE(has_attached(attached));
  attached.send(SIGKILL);
  EXPECT_EQ(attached.finish().signal, SIGKILL);
  expect_that_the_victim_ends_as_alone();
}

TEST_P(AttachToALeak, FailsAsTheScriptAskedWhereItFindsOne) {
  ASSERT_TRUE(has_begun());
  EXPECT_EQ(harness::run(attach({pid(), "--for", "1s", "--error-exitcode", "9"})).exit_status, 9);
}

// Twenty times: a soak test has a thousand.
TEST_P(Attach, CanBeHadAgainAndAgain) {
  Running victim(Command{.words = {"sleep", "60"}});
  for (int i = 0; i < 20; ++i)
    ASSERT_EQ(harness::run(attach({text(victim.pid()), "--for", "1ms"})).exit_status, 0) << i;
  EXPECT_EQ(harness::count_descriptors(text(victim.pid())), 3U);
}

TEST_P(Attach, LeavesAStoppedProcessStopped) {
  if (GetParam() == "inject") GTEST_SKIP() << "none of its threads can be made to load a library";
  Running victim(Command{.words = {"sleep", "1"}});
  victim.send(SIGSTOP);
  ASSERT_EQ(harness::run(attach({text(victim.pid()), "--for", "100ms"})).exit_status, 0);
  // When its tracer ends, the kernel wakes it, so that it stops as one without a tracer does.
  EXPECT_TRUE(victim.wait_until([&] {
    return harness::read_file("/proc/" + text(victim.pid()) + "/status").find("State:\tT (stopped)") !=
           std::string::npos;
  }));
  victim.send(SIGCONT);
  EXPECT_EQ(victim.finish().exit_status, 0);
}

TEST_P(Attach, NeverSaysOfAProcessThatEndsMeanwhileThatItHadNothingOpen) {
  for (const char* life : {"0.01", "0.05", "0.2", "0.5", "1"}) {
    Running victim(Command{.words = {"sleep", life}});
    const Outcome seen = harness::run(attach({text(victim.pid())}));
    if (seen.exit_status == 0) {
      EXPECT_GE(report().at("processes").at(0).at("open"), 1) << life << ": sleep closes two itself";
    } else {
      EXPECT_EQ(seen.exit_status, 2) << life;
      EXPECT_THAT(seen.err, HasSubstr("process " + text(victim.pid()))) << life;
      EXPECT_EQ(seen.out, "") << life;
    }
  }
}

// One of several; the others are watched all the same.
TEST_P(Attach, ListsAProcessThatEndedBeforeItCouldBeWatched) {
  if (GetParam() != "ebpf") GTEST_SKIP() << "it is there at once";
  const Running lives(Command{.words = {"sleep", "60"}});
  for (int life_ms = 30; life_ms < 1000; life_ms *= 2) {
    Running ends(Command{.words = {"sleep", std::to_string(life_ms / 1000.0)}});
    const Outcome seen = harness::run(attach({text(ends.pid()), text(lives.pid()), "--for", "200ms"}));
    ASSERT_EQ(seen.exit_status, 0) << seen.err;
    for (const Json& process : report().at("processes")) {
      if (process.at("pid") != ends.pid()) continue;
      const bool is_missed = process.at("not_traced") == "it ended before it could be watched";
      EXPECT_TRUE(is_missed || process.at("open") > 0) << process.dump();
      if (is_missed) {
        EXPECT_THAT(seen.err, HasSubstr("attached to sleep (pid " + text(lives.pid())));
      }
    }
  }
}

TEST_P(Attach, FollowsChildrenThatAreMadeWhileItComes) {
  if (GetParam() == "inject") GTEST_SKIP() << "there is no agent in the programs that they become";
  Running shell(Command{.words = {"sh", "-c",
                                  "for i in 1 2 3 4 5 6 7 8; do " + harness::victim("leak_files") +
                                      " 240 & sleep 0.1; done; wait"},
                        .directory = directory().path()});
  const Outcome seen = harness::run(attach({text(shell.pid()), "--children"}));
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  const auto truths = harness::parse_truths(shell.finish().out);
  ASSERT_EQ(truths.size(), 8U);
  const Json told = report();
  for (const harness::Truth& truth : truths) {
    const auto& all = told.at("processes");
    const auto process =
        std::ranges::find_if(all, [&](const Json& each) { return each.at("pid") == truth.pid; });
    ASSERT_NE(process, all.end()) << truth.pid;
    EXPECT_EQ(process->at("open"), truth.open);
    EXPECT_EQ(process->at("coverage").at("unseen"), 0);
  }
}

// Those that it has, and those that it makes.
TEST_P(Attach, FollowsChildrenOnDemand) {
  if (GetParam() == "inject") GTEST_SKIP() << "there is no agent in the programs that they become";
  Running shell(Command{
      .words = {"sh", "-c", harness::victim("leak_files") + " 40; " + harness::victim("leak_files") + " 40"},
      .directory = directory().path()});
  ASSERT_TRUE(shell.wait_until([&] { return !harness::child_of(shell.pid()).empty(); }));
  const std::string first = harness::child_of(shell.pid());
  const Outcome seen = harness::run(attach({text(shell.pid()), "--children"}));
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  const Json told = report();
  ASSERT_EQ(told.at("processes").size(), 3U);
  EXPECT_EQ(std::to_string(told.at("processes").at(1).at("pid").get<int>()), first);
  const Json& second = told.at("processes").at(2);
  EXPECT_EQ(second.at("open"), 43) << "from its first on";
  EXPECT_EQ(second.at("coverage").at("unseen"), 0);
}

TEST_P(Attach, SeesAServerOfWhichItKnowsThePartsAndItsThreads) {
  Running server(Command{.words = shop_server(directory()), .directory = directory().path()});
  ASSERT_THAT(shop_orders(directory(), 30, 60).out, HasSubstr("30 orders answered"));
  Running attached(attach({text(server.pid())}));
  ASSERT_TRUE(has_attached(attached));
  ASSERT_THAT(shop_orders(directory(), 120, 60).out, HasSubstr("120 orders answered"));
  attached.send(SIGINT);
  const Outcome seen = attached.finish();
  EXPECT_THAT(seen.out, HasSubstr("libpricing.so  fetch_rate()"));
  server.send(SIGTERM);
  EXPECT_EQ(server.finish().exit_status, 0);
}

void expect_refused(const Outcome& outcome, const std::string& why, std::ptrdiff_t lines_first) {
  EXPECT_EQ(outcome.exit_status, 2) << how_it_ended(outcome);
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1 + lines_first) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(why));
  EXPECT_EQ(outcome.out, "");
}

TEST_P(Attach, RefusesAProcessThatIsNotThere) {
  expect_refused(harness::run(attach({"4194303"})), "4194303", lines_first());
}

TEST_P(Attach, SaysThatAProcessWithoutItsMainThreadIsToBeWatchedFromItsStart) {
  Running victim(Command{.words = {harness::victim("main_leaves")}});
  const std::string status = "/proc/" + text(victim.pid()) + "/status";
  ASSERT_TRUE(
      victim.wait_until([&] { return harness::read_file(status).find("State:\tZ") != std::string::npos; }));
  expect_refused(harness::run(attach({text(victim.pid())})), "its main thread has ended", lines_first());
}

TEST_P(Attach, RefusesAZombie) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  expect_refused(harness::run(attach({text(child)})), "has ended", lines_first());
  ::waitpid(child, nullptr, 0);
}

TEST_P(Attach, RefusesAKernelThread) {
  if (::access("/proc/2/fd", R_OK) != 0) GTEST_SKIP() << "no kernel threads are to be seen here";
  expect_refused(harness::run(attach({"2"})), "is a kernel thread", lines_first());
}

TEST_P(Attach, SaysWhatRightItLacks) {
  if (GetParam() != "ebpf") GTEST_SKIP() << "it needs none";
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  AJAR_NEEDS("setpriv", "util-linux");
  Running victim(Command{.words = {"sleep", "60"}});
  Command command = attach({text(victim.pid())});
  command.words.insert(command.words.begin(), {"setpriv", "--bounding-set=-all", "--inh-caps=-all"});
  expect_refused(harness::run(command), "CAP_BPF and CAP_PERFMON", lines_first());
}

// Nobody of the name is there yet.
TEST_P(Attach, WaitsForAProgramThatIsYetToBegin) {
  Running attached(attach({"--wait", "leak_files", "--until-leak", "--for", "60s"}));
  ASSERT_TRUE(attached.wait_until([&] { return attached.err().find("waiting for") != std::string::npos; }));
  const TempDir victims;
  Running victim{Command{.words = {harness::victim("leak_files"), "20000"}, .directory = victims.path()}};
  const Outcome seen = attached.finish();
  victim.send(SIGKILL);
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_THAT(seen.err, HasSubstr("attached to leak_files (pid " + text(victim.pid()) + ") by " + words()));
  EXPECT_EQ(seen.err.find("as it began: nothing of it was missed") != std::string::npos,
            GetParam() == "ebpf");
  EXPECT_EQ(seen.err.find(" after it began; ") != std::string::npos, GetParam() != "ebpf");
  EXPECT_THAT(seen.out, HasSubstr(" 1. LEAK "));
  EXPECT_THAT(seen.out, HasSubstr("leak_files.c:"));
}

// Its process has been other programs, and just a moment before.
TEST_P(Attach, WaitsForAProgramThatAnotherOneBecomes) {
  for (int i = 0; i < 5; ++i) {
    Running attached(attach({"--wait", "leak_files", "--children", "--for", "1s"}));
    ASSERT_TRUE(attached.wait_until([&] { return attached.err().find("waiting for") != std::string::npos; }));
    const TempDir victims;
    Running victim{Command{.words = {"env", "env", "env", harness::victim("leak_files"), "20000"},
                           .directory = victims.path()}};
    const Outcome seen = attached.finish();
    victim.send(SIGKILL);
    EXPECT_EQ(seen.exit_status, 0) << seen.err;
    EXPECT_THAT(seen.out, HasSubstr("× file")) << seen.err;
    EXPECT_THAT(seen.out, HasSubstr("leak_files.c:"));
  }
}

TEST_P(Attach, SaysWhenNothingBeganUntilTheWaitWasEnded) {
  Running attached(ajar(directory(), {"attach", "--via", GetParam(), "--wait", "no-such-program"}));
  ASSERT_TRUE(attached.wait_until([&] { return attached.err().find("waiting for") != std::string::npos; }));
  attached.send(SIGINT);
  const Outcome seen = attached.finish();
  EXPECT_EQ(seen.exit_status, 2);
  EXPECT_THAT(seen.err, HasSubstr("no 'no-such-program' has begun until the end of the wait\n"));
  EXPECT_TRUE(std::filesystem::is_empty(directory().path())) << "nothing is left of it";
}

INSTANTIATE_TEST_SUITE_P(By, Attach, testing::Values("ebpf", "ptrace", "inject"), name_of_way);
INSTANTIATE_TEST_SUITE_P(By, AttachToALeak, testing::Values("ebpf", "ptrace", "inject"), name_of_way);

}  // namespace
}  // namespace ajar::e2e
