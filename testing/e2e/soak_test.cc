#include <gtest/gtest.h>

#include <regex>

#include "e2e/behaviour.h"
#include "e2e/traced.h"
#include "harness/needs.h"
#include "harness/victims.h"

// Programs with tests of their own, and storms that last: under ajar they pass and fail as they do alone.
// They take minutes (ctest -L long).
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::TempDir;

constexpr std::chrono::seconds kLimit{900};

// "Ran 331 tests", "OK (skipped=12)" and the names of what failed: all but the times that it took.
std::string result_lines(const Outcome& outcome) {
  static const std::regex result("^(Ran [0-9]+ tests?|OK.*|FAILED \\(.*\\)|(FAIL|ERROR): .*)");
  std::string lines;
  std::istringstream all(outcome.out + outcome.err);
  for (std::string line; std::getline(all, line);) {
    std::smatch found;
    if (std::regex_search(line, found, result)) lines += found.str() + "\n";
  }
  return lines;
}

class PythonsOwn : public testing::TestWithParam<const char*> {};

TEST_P(PythonsOwn, TestsEndAsWithoutAjar) {
  AJAR_NEEDS("/usr/bin/python3.11", "libpython3.11-testsuite");
  // Left out is what was seen to wait for ever, or to fail now and then, without ajar: tests of vsock on a
  // virtual machine whose host does not answer, and one that compares times as floating-point numbers.
  const std::vector<std::string> words = {
      "/usr/bin/python3.11", "-m", "test", "-v", "-i", "*VSOCK*", "-i", "*test_stat_attributes*", GetParam()};
  const TempDir alone;
  const TempDir directory;
  const Outcome bare = harness::run(Command{.words = words, .directory = alone.path(), .limit = kLimit});
  Command command = ajar_run(directory, words);
  command.limit = kLimit;
  const Outcome with = harness::run(command);
  EXPECT_NE(result_lines(bare), "") << bare.err;
  EXPECT_EQ(result_lines(with), result_lines(bare));
  EXPECT_EQ(with.exit_status, bare.exit_status);
}

INSTANTIATE_TEST_SUITE_P(Soak, PythonsOwn,
                         testing::Values("test_os", "test_socket", "test_subprocess", "test_posix",
                                         "test_file", "test_selectors", "test_tempfile", "test_mmap"),
                         [](const auto& each) { return std::string(each.param); });

TEST(Soak, ADatabaseSaysTheSame) {
  AJAR_NEEDS("sqlite3", "sqlite3");
  const std::string script =
      "for i in $(seq 200); do sqlite3 x.db \"create table if not exists t(a); insert into t values($i);\"; "
      "done\n"
      "sqlite3 x.db 'select count(*), sum(a) from t; pragma integrity_check'";
  const TempDir directory;
  const Traced seen = trace(directory, {"/bin/sh", "-euc", script});
  EXPECT_EQ(seen.run.out, "200|20100\nok\n");
  expect_silence(seen.reported);
}

TEST(Soak, AStormLeavesNothing) {
  const TempDir directory;
  Command command = ajar_run(directory, harness::victim_command("storm 50"));
  command.limit = kLimit;
  const Traced seen = traced(directory, harness::run(command));
  expect_truth(seen);
  for (const auto& process : seen.reported.processes) EXPECT_EQ(process.not_traced, "");
}

}  // namespace
}  // namespace ajar::e2e
