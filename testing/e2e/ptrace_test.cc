#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "e2e/traced.h"
#include "harness/needs.h"
#include "harness/victims.h"

// What holds of programs that run under ptrace, beside what they have open: they behave as alone, whatever
// becomes of ajar.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Running;
using harness::TempDir;
using testing::HasSubstr;
using testing::Not;

Command run_by_ptrace(const TempDir& directory, std::vector<std::string> victim) {
  return ajar_run(directory, std::move(victim), {"--via", "ptrace"});
}

Command shell(const TempDir& directory, const std::string& script) {
  return run_by_ptrace(directory, {"sh", "-c", script});
}

// A child of that process, by the name that the kernel has for it; 0: there is none.
pid_t child_called(pid_t parent, const std::string& name) {
  std::istringstream children(harness::read_file("/proc/" + std::to_string(parent) + "/task/" +
                                                 std::to_string(parent) + "/children"));
  for (pid_t child = 0; children >> child;) {
    if (harness::read_file("/proc/" + std::to_string(child) + "/comm") == name + "\n") return child;
  }
  return 0;
}

// Its state, as /proc says it in one letter: T where it is stopped, t where its tracer keeps it so.
char state_of(pid_t pid) {
  const std::string status = harness::read_file("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find("State:\t");
  return at == std::string::npos ? '?' : status.at(at + 7);
}

TEST(UnderPtrace, AProgramsExitStatusIsItsOwn) {
  const TempDir directory;
  EXPECT_EQ(harness::run(shell(directory, "exit 7")).exit_status, 7);
  EXPECT_EQ(harness::run(shell(directory, "kill -SEGV $$")).exit_status, 128 + SIGSEGV);
  EXPECT_EQ(harness::run(shell(directory, "kill -KILL $$")).exit_status, 128 + SIGKILL);
  EXPECT_EQ(harness::run(shell(directory, "no-such-program-anywhere")).exit_status, 127);
}

TEST(UnderPtrace, SignalsAreHandledAsAlone) {
  const TempDir directory;
  const std::string script = "trap 'echo caught; exit 3' TERM; kill -TERM $$; sleep 10; echo missed";
  const Outcome outcome = harness::run(shell(directory, script));
  EXPECT_EQ(outcome.exit_status, 3) << outcome.err;
  EXPECT_EQ(outcome.out, "caught\n");
}

TEST(UnderPtrace, AProcessStopsAndGoesOnAtASignal) {
  const TempDir directory;
  Running running(run_by_ptrace(directory, {"sleep", "2"}));
  pid_t victim = 0;
  ASSERT_TRUE(running.wait_until([&] { return (victim = child_called(running.pid(), "sleep")) != 0; }));
  ::kill(victim, SIGSTOP);
  ASSERT_TRUE(running.wait_until([&] { return state_of(victim) == 't' || state_of(victim) == 'T'; }));
  ::usleep(100'000);
  EXPECT_NE(state_of(victim), 'S') << "it stays stopped";
  ::kill(victim, SIGCONT);
  EXPECT_TRUE(running.wait_until([&] { return state_of(victim) == 'S'; }));
  const Outcome outcome = running.finish();
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
}

// A shell that waits for a child which stops itself, and lets it go on.
TEST(UnderPtrace, AShellSeesItsChildStop) {
  const TempDir directory;
  const std::string script =
      "import os, signal\n"
      "child = os.fork()\n"
      "if child == 0:\n"
      "  os.kill(os.getpid(), signal.SIGSTOP); os._exit(5)\n"
      "_, status = os.waitpid(child, os.WUNTRACED)\n"
      "print('stopped' if os.WIFSTOPPED(status) else 'not stopped', flush=True)\n"
      "os.kill(child, signal.SIGCONT)\n"
      "_, status = os.waitpid(child, 0)\n"
      "print('exit', os.WEXITSTATUS(status))\n";
  const Outcome outcome = harness::run(run_by_ptrace(directory, {"/usr/bin/python3", "-c", script}));
  EXPECT_EQ(outcome.out, "stopped\nexit 5\n") << outcome.err;
}

// Its calls that ajar's filter stops need somebody who answers them.
TEST(UnderPtrace, AProgramOutlivesAjarAndWhatWasRecordedIsThere) {
  const TempDir directory;
  Running running(run_by_ptrace(directory, {harness::victim("static_victim")}));
  ASSERT_TRUE(running.wait_until([&] {
    const pid_t victim = child_called(running.pid(), "static_victim");
    return victim != 0 && harness::count_descriptors(std::to_string(victim)) > 40;
  }));
  running.send(SIGKILL);
  EXPECT_EQ(running.finish().signal, SIGKILL);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (running.out().find("\"open\":103") == std::string::npos && std::chrono::steady_clock::now() < until)
    ::usleep(10'000);
  EXPECT_THAT(running.out(), HasSubstr("\"open\":103")) << "it opens all its files";
  const Outcome report = harness::run(ajar(directory, {"report", "x.ajar"}));
  EXPECT_EQ(report.exit_status, 0) << report.err;
  EXPECT_THAT(report.out, HasSubstr(" × file"));
}

// How often a process has waited for something.
std::string waits_of(pid_t pid) {
  const std::string status = harness::read_file("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status.find("\nvoluntary_ctxt_switches:");
  return at == std::string::npos ? "" : status.substr(at + 1, status.find('\n', at + 1) - at);
}

TEST(UnderPtrace, ATracerThatIsLeftAloneSleepsBetweenStops) {
  const TempDir directory;
  Running running(run_by_ptrace(directory, {"sleep", "5"}));
  pid_t tracer = 0;
  ASSERT_TRUE(running.wait_until([&] {
    tracer = child_called(running.pid(), "ajar-tracer");
    const pid_t victim = child_called(running.pid(), "sleep");
    return tracer != 0 && victim != 0 && state_of(victim) == 'S';
  }));
  running.send(SIGKILL);
  running.finish();
  ::usleep(500'000);
  const std::string waits = waits_of(tracer);
  EXPECT_THAT(waits, HasSubstr("voluntary_ctxt_switches"));
  ::usleep(2'000'000);
  EXPECT_EQ(waits_of(tracer), waits);
}

// It is the tracer who still answers when ajar has reported and gone.
TEST(UnderPtrace, AProcessThatStaysBehindGoesOnOpeningFiles) {
  const TempDir directory;
  const std::string wait = "i=0; while [ ! -e go ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done; ";
  const std::string later = wait + "cat /etc/hostname >behind; cat /etc/hostname >>behind";
  const std::string daemon = "setsid sh -c '" + later + "' >/dev/null 2>&1 </dev/null &";
  EXPECT_EQ(harness::run(shell(directory, daemon)).exit_status, 0);
  EXPECT_FALSE(std::filesystem::exists(directory / "behind")) << "ajar waited for it";
  harness::write_file(directory / "go", "");
  const std::string name = harness::read_file("/etc/hostname");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while ((!std::filesystem::exists(directory / "behind") ||
          harness::read_file(directory / "behind") != name + name) &&
         std::chrono::steady_clock::now() < until)
    ::usleep(10'000);
  EXPECT_EQ(harness::read_file(directory / "behind"), name + name);
}

TEST(UnderPtrace, TheEndOfAProgramsOutputIsSeen) {
  const TempDir directory;
  const std::string daemon = "(sleep 3 >/dev/null 2>&1 </dev/null &) ; echo done";
  const auto begin = std::chrono::steady_clock::now();
  const Outcome piped = harness::run(shell(directory, "sh -c '" + daemon + "' | cat"));
  EXPECT_EQ(piped.out, "done\n");
  const Outcome outer =
      harness::run(Command{.words = {"sh", "-c", "\"$@\" 2>/dev/null | cat", "sh", AJAR_PROGRAM, "run",
                                     "--via", "ptrace", "-o", "y.ajar", "--", "sh", "-c", daemon},
                           .directory = directory.path()});
  EXPECT_EQ(outer.out, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

// Without its tracer most of its calls would fail: nobody has tested what it does then.
TEST(UnderPtrace, AProgramEndsWithTheTracerIfThatIsKilled) {
  const TempDir directory;
  Running running(run_by_ptrace(directory, {"sleep", "60"}));
  pid_t tracer = 0;
  ASSERT_TRUE(running.wait_until([&] {
    tracer = child_called(running.pid(), "ajar-tracer");
    return tracer != 0 && child_called(running.pid(), "sleep") != 0;
  }));
  ::kill(tracer, SIGKILL);
  EXPECT_EQ(running.finish().exit_status, 128 + SIGKILL);
}

// A process that was attached to goes on then, and nobody is to believe that it is watched still.
TEST(UnderPtrace, AttachEndsAndSaysWhyIfTheTracerIsKilled) {
  const TempDir directory;
  Running victim(Command{.words = {harness::victim("leak_files"), "20000"}, .directory = directory.path()});
  const auto open = [&] { return harness::count_descriptors(std::to_string(victim.pid())); };
  ASSERT_TRUE(victim.wait_until([&] { return open() > 10; }));
  Running attached(ajar(directory, {"attach", "-o", "x.ajar", "--via", "ptrace", "--for", "20s",
                                    std::to_string(victim.pid())}));
  ASSERT_TRUE(has_attached(attached));
  const pid_t tracer = child_called(attached.pid(), "ajar-tracer");
  ASSERT_NE(tracer, 0);
  ::kill(tracer, SIGKILL);
  const Outcome seen = attached.finish();
  EXPECT_EQ(seen.exit_status, 2) << how_it_ended(seen);
  EXPECT_THAT(seen.err, HasSubstr("has ended, killed perhaps: nothing is seen from there on"));
  EXPECT_THAT(seen.out, HasSubstr("leak_files")) << "with a report on what came before";
  const std::size_t before = open();
  EXPECT_TRUE(victim.wait_until([&] { return open() > before; }));
  victim.send(SIGTERM);
  EXPECT_EQ(victim.finish().exit_status, 0);
}

int processors() {
  cpu_set_t all;
  return ::sched_getaffinity(0, sizeof(all), &all) == 0 ? CPU_COUNT(&all) : 0;
}

Command asking_for_processors(const TempDir& directory) {
  return run_by_ptrace(directory, {harness::victim("processors"), std::to_string(processors())});
}

constexpr const char* kNothingWrong =
    "asked 0 wrong\ntold 0 wrong\nchild 0 wrong\nthread 0 wrong\nset 0 wrong\n";

// The tracer has it wake up on its own processor, and only there, for a while.
TEST(UnderPtrace, AProgramAndWhatItMakesMayRunOnAsManyProcessorsAsAlone) {
  if (processors() < 2) GTEST_SKIP() << "there is one processor only";
  const TempDir directory;
  const Outcome seen = harness::run(asking_for_processors(directory));
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_EQ(seen.out, kNothingWrong);
}

TEST(UnderPtrace, SoItMayWhenAjarIsGone) {
  if (processors() < 2) GTEST_SKIP() << "there is one processor only";
  const TempDir directory;
  Running running(asking_for_processors(directory));
  ASSERT_TRUE(running.wait_until([&] { return running.out().find("asked") != std::string::npos; }));
  running.send(SIGKILL);
  running.finish();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (running.out().find("set") == std::string::npos && std::chrono::steady_clock::now() < until)
    ::usleep(10'000);
  EXPECT_EQ(running.out(), kNothingWrong);
}

TEST(UnderPtrace, NoTracerIsLeftBehind) {
  const TempDir directory;
  Running running(run_by_ptrace(directory, {"sleep", "1"}));
  pid_t tracer = 0;
  ASSERT_TRUE(running.wait_until([&] { return (tracer = child_called(running.pid(), "ajar-tracer")) != 0; }));
  EXPECT_EQ(running.finish().exit_status, 0);
  EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(tracer)));
}

TEST(WithoutPrivileges, AStaticProgramIsWatchedByPtrace) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  AJAR_NEEDS("setpriv", "util-linux");
  const TempDir directory;
  std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
  Command command = ajar_run(directory, {harness::victim("static_victim")});
  const std::vector<std::string> nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
  command.words.insert(command.words.begin(), nobody.begin(), nobody.end());
  const Traced seen = traced(directory, harness::run(command));
  EXPECT_EQ(seen.run.exit_status, 0) << seen.run.err;
  EXPECT_THAT(seen.run.err, Not(HasSubstr("agent")));
  expect_truth(seen);
}

}  // namespace
}  // namespace ajar::e2e
