#include "platform/run_program.h"

#include <gtest/gtest.h>

namespace ajar::platform {
namespace {

using std::chrono::seconds;

ProgramAnswer shell(const std::string& script, std::string input = {},
                    std::chrono::milliseconds limit = seconds(20)) {
  return run_program(
      {.path = "sh", .arguments = {"sh", "-c", script}, .input = std::move(input), .limit = limit});
}

TEST(RunProgram, GivesItsInputAndTakesWhatItSays) {
  const ProgramAnswer answer = shell("tr a-z A-Z; echo hidden >&2; exit 3", "some words");
  EXPECT_TRUE(answer.started);
  EXPECT_EQ(answer.output, "SOME WORDS");
  EXPECT_EQ(answer.status, 3);
}

// More than fits into a pipe, in both directions.
TEST(RunProgram, MuchInputAndOutputDoNotBlockEachOther) {
  const std::string much(1'000'000, 'x');
  const ProgramAnswer answer = run_program(
      {.path = "cat", .arguments = {"cat"}, .input = much, .limit = seconds(20), .most_output = much.size()});
  EXPECT_EQ(answer.output, much);
  EXPECT_EQ(shell("exit 0", much).status, 0);
}

TEST(RunProgram, WhatIsNotThereDoesNotStart) {
  const ProgramAnswer answer = run_program(
      {.path = "no-such-program", .arguments = {"no-such-program"}, .input = {}, .limit = seconds(1)});
  EXPECT_FALSE(answer.started);
  EXPECT_EQ(answer.status, -1);
}

TEST(RunProgram, KillsWhatTakesTooLong) {
  const auto before = std::chrono::steady_clock::now();
  const std::chrono::milliseconds little{200};
  EXPECT_FALSE(shell("exec sleep 30", {}, little).in_time);
  EXPECT_FALSE(shell("exec >&-; exec sleep 30", {}, little).in_time);
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(10));
}

TEST(RunProgram, KillsWhatSaysTooMuch) {
  const ProgramAnswer answer = run_program(
      {.path = "yes", .arguments = {"yes"}, .input = {}, .limit = seconds(20), .most_output = 100});
  EXPECT_FALSE(answer.within_limit);
  EXPECT_TRUE(answer.in_time);
  EXPECT_LE(answer.output.size(), 100U);
}

}  // namespace
}  // namespace ajar::platform
