#include "import/strace/log_line.h"

#include <gtest/gtest.h>

#include "import/strace/log_clock.h"
#include "import/strace/making.h"

namespace ajar::import::strace {
namespace {

using namespace std::chrono_literals;
using What = LogLine::What;
using Clock = Stamp::Clock;

void expect_call(std::string_view text, std::uint32_t pid, Clock clock, model::Time time) {
  const LogLine line = parse_line(text);
  EXPECT_EQ(line.what, What::call) << text;
  EXPECT_EQ(line.pid, pid) << text;
  EXPECT_EQ(line.stamp.clock, clock) << text;
  EXPECT_EQ(line.stamp.time, time) << text;
  EXPECT_EQ(line.name, "close") << text;
  EXPECT_EQ(line.text, "3) = 0") << text;
}

TEST(LogLine, MayHaveAPidAndATimeInFrontInAllOfStracesForms) {
  expect_call("close(3) = 0", 0, Clock::none, 0s);
  expect_call("812   close(3) = 0", 812, Clock::none, 0s);
  expect_call("[pid   812] close(3) = 0", 812, Clock::none, 0s);
  expect_call("812<shop server> close(3) = 0", 812, Clock::none, 0s);
  expect_call("[pid 812<shop>] close(3) = 0", 812, Clock::none, 0s);
  expect_call("01:00:02 close(3) = 0", 0, Clock::of_day, 1h + 2s);
  expect_call("812   01:00:02.000003 close(3) = 0", 812, Clock::of_day, 1h + 2s + 3us);
  expect_call("[pid   812] 01:00:02.000003004 close(3) = 0", 812, Clock::of_day, 1h + 2s + 3004ns);
  expect_call("1795710580.511090 close(3) = 0", 0, Clock::unix_time, 1795710580s + 511090us);
  expect_call("812   1795710580 close(3) = 0", 812, Clock::unix_time, 1795710580s);
  expect_call("     0.000166 close(3) = 0", 0, Clock::since_last, 166us);
  expect_call("812        0.000166 close(3) = 0", 812, Clock::since_last, 166us);
  expect_call("812   01:00:02 (+     0.000123) close(3) = 0", 812, Clock::of_day, 1h + 2s);
  expect_call("01:00:02 [00007f3389df2ad7] close(3) = 0", 0, Clock::of_day, 1h + 2s);
  expect_call("[pid   812] [   3] close(3) = 0", 812, Clock::none, 0s);
}

TEST(LogLine, OfACallThatOthersInterruptSaysSo) {
  const LogLine begun = parse_line("812   openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY <unfinished ...>");
  EXPECT_EQ(begun.what, What::call);
  EXPECT_TRUE(begun.unfinished);
  EXPECT_EQ(begun.text, "AT_FDCWD, \"/etc/passwd\", O_RDONLY ");
  const LogLine resumed = parse_line("812   <... openat resumed>) = 3</etc/passwd>");
  EXPECT_EQ(resumed.what, What::resumed);
  EXPECT_EQ(resumed.name, "openat");
  EXPECT_EQ(resumed.text, ") = 3</etc/passwd>");
  EXPECT_TRUE(parse_line("812 read(3,  <detached ...>").unfinished);
  const LogLine moves =
      parse_line("813   execve(\"/bin/true\", [\"true\"], 0x7ffc /* 3 vars */ <pid changed to 812 ...>");
  EXPECT_TRUE(moves.unfinished);
  EXPECT_EQ(moves.other, 812U);
}

TEST(LogLine, OfAnEndASignalAndAFrameIsTold) {
  EXPECT_EQ(parse_line("812   +++ exited with 1 +++").what, What::ended);
  EXPECT_EQ(parse_line("812   +++ exited with 1 +++").text, "exited with 1");
  EXPECT_EQ(ending_of("exited with 1").exit_status, 1);
  EXPECT_EQ(ending_of("killed by SIGSEGV (core dumped)").signal, 11);
  EXPECT_EQ(ending_of("superseded by execve in pid 813").signal, std::nullopt);
  EXPECT_EQ(parse_line("--- SIGCHLD {si_signo=SIGCHLD} ---").what, What::signal);
  EXPECT_EQ(parse_line(" > /usr/lib/x.so(f+0x1) [0x2]").text, "/usr/lib/x.so(f+0x1) [0x2]");
}

TEST(LogLine, ThatIsNotStracesIsNone) {
  for (const char* text : {"", "hello", "0 kinds failed", "12 monkeys", "[error] x", "(3) = 0", "3(3) = 0",
                           "strace: exec: No such file or directory", "for (i = 0; i < 3; ++i)"})
    EXPECT_EQ(parse_line(text).what, What::other) << text;
}

TEST(LogLine, InWhoseMidstStraceTellsOfAnotherProcessGoesOnInTheNext) {
  Interruption interruption;
  ASSERT_TRUE(is_interrupted("vfork(strace: Process 813 attached", interruption));
  EXPECT_EQ(interruption.before, "vfork(");
  EXPECT_EQ(interruption.pid, 813U);
  EXPECT_FALSE(is_interrupted("strace: Process 813 attached", interruption));
  EXPECT_EQ(parse_line("strace: Process 813 attached with 3 threads").other, 813U);
  EXPECT_EQ(parse_line("Process 813 attached").other, 813U);
}

TEST(LogClock, GoesOnOverMidnightAndNeverBack) {
  LogClock clock;
  EXPECT_EQ(clock.time_of({.clock = Clock::of_day, .time = 23h + 59min}), 0s);
  EXPECT_EQ(clock.time_of({}), 0s);
  EXPECT_EQ(clock.time_of({.clock = Clock::of_day, .time = 1min}), 2min);
  EXPECT_EQ(clock.time_of({.clock = Clock::of_day, .time = 30s}), 2min);
}

TEST(LogClock, AddsWhatIsSinceTheLineBefore) {
  LogClock clock;
  EXPECT_EQ(clock.time_of({.clock = Clock::since_last, .time = 0s}), 0s);
  EXPECT_EQ(clock.time_of({.clock = Clock::since_last, .time = 2s}), 2s);
  EXPECT_EQ(clock.time_of({.clock = Clock::since_last, .time = 1s}), 3s);
}

TEST(Making, TellsTheFlags) {
  EXPECT_EQ(making_flags("fork", ""), 0U);
  EXPECT_EQ(making_flags("vfork", ""), 0x4100U);
  EXPECT_EQ(
      making_flags("clone", "child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f) = 8"),
      0U);
  EXPECT_EQ(making_flags("clone3", "{flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, stack=0x7f}, 88) = 8"),
            0x10500U);
}

TEST(Making, KnowsProcessesByTheSignalsAtTheirEnds) {
  const auto pids = children_that_end(
      "1 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=813, si_uid=0} ---\n"
      "1 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=815, si_uid=0} ---\n");
  EXPECT_EQ(pids, (std::set<std::uint32_t>{813, 815}));
}

}  // namespace
}  // namespace ajar::import::strace
