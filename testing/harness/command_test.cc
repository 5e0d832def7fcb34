#include "harness/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "harness/temp_dir.h"

namespace ajar::harness {
namespace {

using testing::HasSubstr;

Command shell(std::string script) {
  return Command{.words = {"sh", "-c", std::move(script)}};
}

TEST(Command, GivesWhatTheProgramPrintedAndItsExitStatus) {
  const Outcome outcome = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(outcome.exit_status, 3);
  EXPECT_EQ(outcome.out, "out\n");
  EXPECT_EQ(outcome.err, "err\n");
}

TEST(Command, TellsTheSignalThatKilledTheProgram) {
  const Outcome outcome = run(shell("kill -9 $$"));
  EXPECT_EQ(outcome.exit_status, std::nullopt);
  EXPECT_EQ(outcome.signal, SIGKILL);
}

TEST(Command, PassesInputDirectoryAndEnvironment) {
  const TempDir directory;
  Command command = shell("cat; pwd -P; echo $AJAR_A; echo ${AJAR_B-removed}");
  ::setenv("AJAR_B", "set", 1);
  command.input = "input\n";
  command.directory = directory.path();
  command.environment = {{"AJAR_A", "a"}, {"AJAR_B", std::nullopt}};
  EXPECT_EQ(run(command).out,
            "input\n" + std::filesystem::canonical(directory.path()).string() + "\na\nremoved\n");
}

TEST(Command, LeavesTheProgramNoDescriptorsButTheFirstThree) {
  EXPECT_EQ(run(Command{.words = {"ls", "/proc/self/fd"}}).out, "0\n1\n2\n3\n");  // 3: what ls reads
}

TEST(Command, GivesAllLinesOfProcessesThatWriteAtOnce) {
  const std::string writer = "{ i=0; while [ $i -lt 5000 ]; do echo line; i=$((i+1)); done; }";
  const Outcome outcome = run(shell(writer + " & " + writer + " & " + writer + "; wait"));
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 15000);
}

TEST(Command, KillsAProgramAtItsLimitWithItsChildren) {
  Command command = shell("sleep 1000 & echo started; wait");
  command.limit = std::chrono::seconds(1);
  const Outcome outcome = run(command);
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_EQ(outcome.out, "started\n");
}

TEST(Running, WaitsForWhatTheProgramPrints) {
  Running program(shell("echo ready; sleep 1000"));
  EXPECT_TRUE(program.wait_until([&] { return program.out() == "ready\n"; }));
  program.send_to_group(SIGTERM);
  EXPECT_EQ(program.finish().signal, SIGTERM);
}

TEST(Running, StopsWaitingWhenTheProgramEnds) {
  Running program(shell("echo never"));
  EXPECT_FALSE(program.wait_until([&] { return program.out() == "ready\n"; }));
  EXPECT_EQ(program.finish().exit_status, 0);
}

TEST(Running, HasAChildWhoseDescriptorsCanBeCounted) {
  Running program(shell("exec 5</dev/null; sleep 1000 3</dev/null 4</dev/null; true"));
  std::string child;
  EXPECT_TRUE(program.wait_until([&] {
    child = child_of(program.pid());
    return count_descriptors(child) == 6;
  }));
  program.send_to_group(SIGKILL);
  program.finish();
  EXPECT_EQ(child_of(program.pid()), "");
  EXPECT_EQ(count_descriptors(std::to_string(program.pid())), 0U);
}

TEST(FindProgram, KnowsWhatIsInstalledAndWhatIsNot) {
  EXPECT_THAT(find_program("sh").string(), HasSubstr("/sh"));
  EXPECT_EQ(find_program("no-such-program-anywhere"), "");
}

}  // namespace
}  // namespace ajar::harness
