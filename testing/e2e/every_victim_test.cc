#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "e2e/behaviour.h"
#include "e2e/traced.h"
#include "harness/victims.h"

// Two promises, kept for every victim: the report says its truth, and it runs as without ajar.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::TempDir;

class EveryVictim : public testing::TestWithParam<std::string> {};

TEST_P(EveryVictim, IsReportedAsItSaysItself) {
  const TempDir directory;
  const Traced seen = trace(directory, harness::victim_command(GetParam()));
  expect_truth(seen);
  EXPECT_FALSE(seen.run.timed_out);
}

TEST_P(EveryVictim, RunsAsWithoutAjar) {
  const TempDir bare_directory;
  const TempDir directory;
  const std::vector<std::string> victim = harness::victim_command(GetParam());
  const Outcome bare = harness::run(Command{.words = victim, .directory = bare_directory.path()});
  const Outcome with = harness::run(ajar_run(directory, victim));
  EXPECT_EQ(without_pids(with.out), without_pids(bare.out));
  EXPECT_EQ(with.exit_status, status_as_a_shell_gives_it(bare)) << with.err;
}

// From outside what dup2() puts over a standard stream counts as opened there (ptys), and glibc's clone(),
// whose call-frame information ends before the call, has no caller (newer_kinds).
bool is_told_otherwise_from_outside(const std::string& victim) {
  return victim == "ptys" || victim == "newer_kinds";
}

TEST_P(EveryVictim, KeepsBothUnderPtrace) {
  if (GetParam().starts_with("sanitized")) GTEST_SKIP() << "LeakSanitizer ends a program that is traced";
  const TempDir bare_directory;
  const TempDir directory;
  const std::vector<std::string> victim = harness::victim_command(GetParam());
  const Outcome bare = harness::run(Command{.words = victim, .directory = bare_directory.path()});
  const Traced seen = trace(directory, victim, {"--via", "ptrace"});
  EXPECT_EQ(without_pids(seen.run.out), without_pids(bare.out));
  EXPECT_EQ(seen.run.exit_status, status_as_a_shell_gives_it(bare)) << seen.run.err;
  if (!is_told_otherwise_from_outside(GetParam())) expect_truth(seen);
}

std::string name_of(const testing::TestParamInfo<std::string>& each) {
  std::string name = each.param;
  std::ranges::replace_if(name, [](char c) { return c == ' ' || c == '/'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Victims, EveryVictim, testing::ValuesIn(harness::victim_runs()), name_of);

}  // namespace
}  // namespace ajar::e2e
