#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "e2e/shop.h"
#include "e2e/traced.h"
#include "harness/victims.h"

// Scripts rely on ajar's exit status: the program's own, unless they asked for another.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using testing::HasSubstr;

Outcome run_victim(std::string_view run, const std::vector<std::string>& options = {}) {
  const TempDir directory;
  return harness::run(ajar_run(directory, harness::victim_command(run), options));
}

TEST(ExitStatus, IsTheProgramsOwn) {
  EXPECT_EQ(run_victim("exit_paths return").exit_status, 0);
  EXPECT_EQ(run_victim("exit_paths exit").exit_status, 7);
  EXPECT_EQ(run_victim("exit_paths _exit").exit_status, 8);
  EXPECT_EQ(run_victim("exit_paths quick_exit").exit_status, 9);
}

TEST(ExitStatus, OfAKilledProgramIs128AndTheSignal) {
  EXPECT_EQ(run_victim("exit_paths abort").exit_status, 128 + SIGABRT);
  EXPECT_EQ(run_victim("exit_paths segv").exit_status, 128 + SIGSEGV);
  EXPECT_EQ(run_victim("exit_paths sigterm").exit_status, 128 + SIGTERM);
}

TEST(ExitStatus, IsTheOneAskedForWhereTheProgramLeaks) {
  EXPECT_EQ(run_victim("leak_files", {"--error-exitcode", "42"}).exit_status, 42);
  EXPECT_EQ(run_victim("leak_files", {"--error-exitcode", "42", "--error-on", "leak"}).exit_status, 42);
  EXPECT_EQ(run_victim("leak_files", {"--error-exitcode", "42", "--error-on", "suspect"}).exit_status, 42);
}

TEST(ExitStatus, IsTheProgramsOwnWhereNothingLeaks) {
  EXPECT_EQ(run_victim("thread_pool", {"--error-exitcode", "42", "--error-on", "suspect"}).exit_status, 0);
  EXPECT_EQ(run_victim("exit_paths exit", {"--error-exitcode", "42", "--error-on", "leak"}).exit_status, 7);
}

TEST(ExitStatus, CanFailOnOneForgottenHandle) {
  EXPECT_EQ(run_victim("thread_pool", {"--error-exitcode", "42", "--error-on", "any"}).exit_status, 42);
  EXPECT_EQ(run_victim("churn", {"--error-exitcode", "42", "--error-on", "any"}).exit_status, 0);
}

TEST(ExitStatus, OfAReportIsTheOneAskedForToo) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("leak_files")));
  EXPECT_EQ(harness::run(ajar(directory, {"report", "x.ajar"})).exit_status, 0);
  EXPECT_EQ(harness::run(ajar(directory, {"report", "--error-exitcode", "42", "x.ajar"})).exit_status, 42);
}

// A test that passes since its recording was cut off is worse than none.
TEST(ExitStatus, IsNoPassWhereNothingIsFoundInPartOfARecording) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("churn")));
  const auto report = [&] {
    return harness::run(ajar(directory, {"report", "--error-exitcode", "42", "x.ajar"}));
  };
  EXPECT_EQ(report().exit_status, 0);
  const std::string whole = harness::read_file(directory / "x.ajar");
  for (const std::size_t missing : {8U, 2000U}) {
    harness::write_file(directory / "x.ajar", whole.substr(0, whole.size() - missing));
    const Outcome cut = report();
    EXPECT_EQ(cut.exit_status, 2) << missing;
    EXPECT_THAT(cut.err, HasSubstr("ajar: report: nothing was found, which proves nothing, since "));
    EXPECT_EQ(harness::run(ajar(directory, {"report", "x.ajar"})).exit_status, 0) << missing;
  }
}

// The agent cannot enter a program without a dynamic loader.
TEST(ExitStatus, IsNoPassWhereNothingCouldBeWatched) {
  const TempDir directory;
  const std::vector<std::string> words = {"sh", "-c", "exec " + harness::victim("static_victim") + " 1"};
  const Outcome outcome =
      harness::run(ajar_run(directory, words, {"--via", "preload", "--error-exitcode", "42"}));
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("since no process was traced to its end"));
}

TEST(ExitStatus, IsTheOneAskedForWhereALeakIsInWhatIsLeft) {
  const TempDir directory;
  harness::run(ajar_run(directory, harness::victim_command("leak_files")));
  const std::string whole = harness::read_file(directory / "x.ajar");
  harness::write_file(directory / "x.ajar", whole.substr(0, whole.size() - 8));
  EXPECT_EQ(harness::run(ajar(directory, {"report", "--error-exitcode", "42", "x.ajar"})).exit_status, 42);
}

TEST(ExitStatus, IsAShellsWhereTheProgramCannotBeStarted) {
  const TempDir directory;
  harness::write_file(directory / "not_executable", "#!/bin/sh\n");
  const Outcome missing = harness::run(ajar_run(directory, {"./no-such-program"}));
  EXPECT_EQ(missing.exit_status, 127);
  EXPECT_THAT(missing.err, HasSubstr("no-such-program"));
  const Outcome forbidden = harness::run(ajar_run(directory, {"./not_executable"}));
  EXPECT_EQ(forbidden.exit_status, 126);
  EXPECT_THAT(forbidden.err, HasSubstr("not_executable"));
  const Outcome folder = harness::run(ajar_run(directory, {"/"}));
  EXPECT_EQ(folder.exit_status, 126);
}

TEST(ExitStatus, IsTwoWhereAjarIsUsedWrongly) {
  const TempDir directory;
  EXPECT_EQ(harness::run(ajar(directory, {"run"})).exit_status, 2);
  EXPECT_EQ(harness::run(ajar(directory, {"run", "--no-such-option", "--", "true"})).exit_status, 2);
  EXPECT_EQ(harness::run(ajar(directory, {"run", "--error-on", "everything", "--", "true"})).exit_status, 2);
  EXPECT_EQ(harness::run(ajar(directory, {"no-such-command"})).exit_status, 2);
}

}  // namespace
}  // namespace ajar::e2e
