#include "harness/victims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "harness/command.h"
#include "harness/needs.h"
#include "harness/temp_dir.h"
#include "harness/truth.h"

// The victims alone: what they state is what the kernel holds, or no test of ajar's means anything.
namespace ajar::harness {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Outcome run_bare(std::vector<std::string> words) {
  const TempDir directory;
  return run(Command{.words = std::move(words), .directory = directory.path()});
}

void expect_truth(const Outcome& outcome) {
  const std::vector<Truth> truths = parse_truths(outcome.out);
  EXPECT_FALSE(truths.empty()) << how_it_ended(outcome) << "\n" << outcome.out << outcome.err;
  for (const Truth& truth : truths) EXPECT_THAT(contradictions(truth), IsEmpty());
}

class EveryVictim : public testing::TestWithParam<std::string> {};

TEST_P(EveryVictim, StatesAsManyDescriptorsAsItHas) {
  const Outcome outcome = run_bare(victim_command(GetParam()));
  expect_truth(outcome);
  EXPECT_FALSE(outcome.timed_out);
  EXPECT_EQ(outcome.err, "");
}

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace_if(name, [](char c) { return c == ' ' || c == '/'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Bare, EveryVictim, testing::ValuesIn(victim_runs()), name_of);

TEST(Victims, OfOtherBuildsAreRightToo) {
  expect_truth(run_bare({victim("leak_files_stripped")}));
  expect_truth(run_bare({victim("static_victim")}));
}

TEST(Victims, WrittenInPythonAreRightToo) {
  AJAR_NEEDS("/usr/bin/python3", "python3");
  expect_truth(run_bare({"/usr/bin/python3", victim("python_leak.py")}));
}

class Shop : public testing::TestWithParam<const char*> {};

TEST_P(Shop, HandlesOrdersAndStatesWhatItLeaked) {
  const TempDir directory;
  Running server(
      Command{.words = {victim("shop-server"), "--leak", GetParam(), "--port-file", directory / "port"}});
  const Outcome client =
      run(Command{.words = {victim("shop-client"), "--port-file", directory / "port", "--requests", "60"}});
  EXPECT_EQ(client.out, "shop-client: 60 orders answered, 0 answered wrongly\n") << client.err;
  server.send(SIGTERM);
  const Outcome outcome = server.finish();
  EXPECT_EQ(outcome.exit_status, 0) << how_it_ended(outcome);
  EXPECT_THAT(outcome.out, HasSubstr("60 orders handled"));
  expect_truth(outcome);
}

INSTANTIATE_TEST_SUITE_P(Bare, Shop, testing::Values("tcp", "file", "eventfd", "none"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace ajar::harness
