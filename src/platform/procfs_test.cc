#include "platform/procfs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sched.h>
#include <atomic>
#include <cerrno>
#include <thread>

#include "platform/own_executable.h"
#include "platform/testing/temp_tree.h"

namespace ajar::platform {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string stat_line(int pid, const std::string& name, char state, int parent, int start, int threads = 1) {
  return std::to_string(pid) + " (" + name + ") " + state + " " + std::to_string(parent) +
         " 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 " + std::to_string(threads) + " 21 " +
         std::to_string(start) + " 23 24\n";
}

TEST(ProcFs, TellsWhoAProcessIs) {
  const TempTree proc{
      {"42/stat", stat_line(42, "a) (b c", 'S', 7, 123456)},
      {"42/status", "Name:\ta) (b c\nUid:\t1000\t0\t0\t0\nNSpid:\t42\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n"},
      {"42/cmdline", std::string("shop\0--all\0\0", 12)}};
  proc.link("42/exe", "/opt/shop (deleted)");
  const ProcFs fs(proc.root());
  const auto info = fs.process(42);
  ASSERT_TRUE(info.has_value()) << info.error().error.message();
  EXPECT_EQ(info->name, "a) (b c");
  EXPECT_EQ(info->state, 'S');
  EXPECT_EQ(info->parent_pid, 7);
  EXPECT_EQ(info->start_ticks, 123456U);
  EXPECT_EQ(info->user, 1000U);
  EXPECT_EQ(info->filters, 3U);
  EXPECT_TRUE(info->has_table) << "nothing is said about it";
  EXPECT_THAT(info->namespace_pids, ElementsAre(42, 1));
  EXPECT_EQ(fs.executable(42).value(), "/opt/shop (deleted)");
  EXPECT_THAT(fs.command_line(42).value(), ElementsAre("shop", "--all", ""));
}

TEST(ProcFs, TellsWhetherAProcessOnItsWayOutStillHasItsTable) {
  const TempTree proc{{"42/stat", stat_line(42, "a", 'R', 7, 1)},
                      {"42/status", "Name:\ta\nUid:\t0\t0\t0\t0\nFDSize:\t0\n"},
                      {"43/stat", stat_line(43, "b", 'R', 7, 1)},
                      {"43/status", "Name:\tb\nUid:\t0\t0\t0\t0\nFDSize:\t64\n"}};
  const ProcFs fs(proc.root());
  EXPECT_FALSE(fs.process(42)->has_table);
  EXPECT_TRUE(fs.process(43)->has_table);
}

TEST(ProcFs, ListsThreadsAndChildren) {
  const TempTree proc{{"42/stat", stat_line(42, "a", 'S', 7, 1)},
                      {"42/task/42/comm", "a\n"},
                      {"42/task/101/comm", "worker\n"},
                      {"100/stat", stat_line(100, "b", 'S', 42, 1)},
                      {"99/stat", stat_line(99, "c", 'S', 42, 1)},
                      {"98/stat", "nonsense"},
                      {"uptime", "1 2\n"}};
  const ProcFs fs(proc.root());
  EXPECT_THAT(fs.threads(42).value(), ElementsAre(ThreadInfo{42, "a"}, ThreadInfo{101, "worker"}));
  EXPECT_THAT(fs.children(42), ElementsAre(99, 100));
}

TEST(ProcFs, ListsDescendantsEachAfterItsParent) {
  const TempTree proc{{"42/stat", stat_line(42, "a", 'S', 7, 1)},
                      {"100/stat", stat_line(100, "b", 'S', 42, 1)},
                      {"12/stat", stat_line(12, "c", 'S', 100, 1)},
                      {"43/stat", stat_line(43, "d", 'S', 7, 1)},
                      {"uptime", "1 2\n"}};
  const ProcFs fs(proc.root());
  EXPECT_THAT(fs.descendants({42}), ElementsAre(100, 12));
  EXPECT_THAT(fs.descendants({42, 12}), ElementsAre(100));
  EXPECT_THAT(fs.descendants({43}), IsEmpty());
}

TEST(ProcFs, LeavesOutWhoeverSharesThePidNamespaceOfItsMount) {
  const TempTree proc{{"10/stat", stat_line(10, "ajar", 'S', 1, 5)},
                      {"10/status", "NSpid:\t10\n"},
                      {"12/stat", stat_line(12, "cannot be told", 'S', 1, 5)}};
  proc.link("self", "10");
  proc.link("10/ns/pid", "pid:[1]");
  proc.link("11/ns/pid", "pid:[1]");
  proc.link("13/ns/pid", "pid:[2]");
  EXPECT_THAT(ProcFs(proc.root()).pids_of_inner_namespaces(), ElementsAre(12, 13));
  EXPECT_TRUE(ProcFs(proc.root()).own_pid_namespace().has_value());
}

TEST(ProcFs, LeavesOutNobodyInsideAPidNamespaceWithTheOutersMount) {
  const TempTree proc{{"10/stat", stat_line(10, "ajar", 'S', 1, 5)}, {"10/status", "NSpid:\t10\t2\n"}};
  proc.link("self", "10");
  proc.link("10/ns/pid", "pid:[2]");
  EXPECT_THAT(ProcFs(proc.root()).pids_of_inner_namespaces(), ElementsAre(10));
  EXPECT_FALSE(ProcFs(proc.root()).own_pid_namespace().has_value());
}

TEST(ProcFs, AliveMeansThatVeryProcessAndNotEnded) {
  const TempTree proc{{"42/stat", stat_line(42, "a", 'S', 7, 1000)},
                      {"43/stat", stat_line(43, "a", 'Z', 7, 1)}};
  const ProcFs fs(proc.root());
  EXPECT_TRUE(fs.alive(42, 1000));
  EXPECT_FALSE(fs.alive(42, 999)) << "the pid is another process's now";
  EXPECT_FALSE(fs.alive(43, 1)) << "a zombie";
  EXPECT_FALSE(fs.alive(44, 1));
}

TEST(ProcFs, AProcessWhoseMainThreadHasEndedIsAliveWithTheOthers) {
  const TempTree proc{{"43/stat", stat_line(43, "a", 'Z', 7, 1, 2)}};
  EXPECT_TRUE(ProcFs(proc.root()).alive(43, 1));
}

TEST(ProcFs, TellsGoneFromUnreadable) {
  const TempTree proc{{"42/stat", "nonsense"}};
  const ProcFs fs(proc.root());
  EXPECT_EQ(fs.process(41).error().problem, ProcProblem::gone);
  EXPECT_EQ(fs.process(42).error().problem, ProcProblem::unreadable);
  EXPECT_EQ(fs.executable(42).error().problem, ProcProblem::unreadable);
  EXPECT_EQ(fs.failure(42, "fd", EACCES).problem, ProcProblem::no_permission);
  EXPECT_THAT(fs.failure(42, "fd", EACCES).error.message(), HasSubstr("42/fd: Permission denied"));
}

TEST(ProcFs, KnowsThisProcess) {
  std::atomic<bool> stop = false;
  std::atomic<bool> named = false;
  std::thread worker([&] {
    ::prctl(PR_SET_NAME, "a worker");
    named = true;
    stop.wait(false);
  });
  while (!named) std::this_thread::yield();
  const ProcFs fs;
  const auto info = fs.process(::getpid());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->parent_pid, ::getppid());
  EXPECT_EQ(info->user, ::getuid());
  EXPECT_EQ(info->namespace_pids.back(), ::getpid());
  EXPECT_TRUE(fs.alive(::getpid(), info->start_ticks));
  EXPECT_EQ(fs.executable(::getpid()).value(), own_executable().value());
  EXPECT_THAT(fs.threads(::getpid()).value(),
              Contains(testing::Field(&ThreadInfo::name, testing::Eq("a worker"))));
  EXPECT_THAT(fs.children(::getppid()), Contains(::getpid()));
  EXPECT_THAT(fs.children(::getpid()), IsEmpty());
  stop = true;
  stop.notify_one();
  worker.join();
}

// As another user sees it: 0 visible, 1 hidden, 2 gone, 9 could not be tried here.
int how_hidden(const char* hidepid, std::int64_t pid) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool mounted = ::unshare(CLONE_NEWNS) == 0 &&
                         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                         ::mount("proc", "/proc", "proc", 0, hidepid) == 0;
    if (!mounted || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
    const auto info = ProcFs().process(pid);
    if (info.has_value()) ::_exit(0);
    ::_exit(info.error().problem == ProcProblem::hidden ? 1 : 2);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(ProcFs, TellsHiddenFromGone) {
  const int invisible = how_hidden("hidepid=2", ::getpid());
  if (invisible == 9) GTEST_SKIP() << "needs the right to mount";
  EXPECT_EQ(invisible, 1);
  EXPECT_EQ(how_hidden("hidepid=1", ::getpid()), 1);
  EXPECT_EQ(how_hidden("hidepid=2", 0x3fffffff), 2);
}

TEST(StatField, IsCountedFromBehindTheNameWhateverThatIs) {
  constexpr std::string_view kStat = "4121 (a (name) 1 2) S 1 7 8";
  EXPECT_EQ(stat_field(kStat, 3), "S");
  EXPECT_EQ(stat_field(kStat, 6), "8");
  EXPECT_EQ(stat_field(kStat, 7), "");
  EXPECT_EQ(stat_field("", 3), "");
}

}  // namespace
}  // namespace ajar::platform
