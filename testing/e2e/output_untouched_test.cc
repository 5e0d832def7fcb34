#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "e2e/traced.h"

#include "harness/victims.h"

// What passes through a program under ajar passes as it does without: bytes, input, environment, descriptors.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::TempDir;
using testing::StartsWith;

Outcome run_script(const TempDir& directory, const std::string& script, const std::string& input = {}) {
  Command command = ajar_run(directory, {"/bin/sh", "-c", script});
  command.input = input;
  return harness::run(command);
}

TEST(Output, OfTheProgramComesBeforeTheReportByteForByte) {
  const TempDir directory;
  const Outcome outcome =
      run_script(directory, "printf 'a\\0b\\n\\377'; printf 'first\\nsecond, without an end' >&2");
  EXPECT_EQ(outcome.out, std::string("a\0b\n\xff", 5));
  EXPECT_THAT(outcome.err, StartsWith("first\nsecond, without an end"));
}

TEST(Output, GoesThroughAPipelineUnchanged) {
  const TempDir directory;
  const std::string input = "pear\napple\npear\nfig\n";
  EXPECT_EQ(run_script(directory, "sort | uniq -c | sort -rn | head -1 | tr -d ' '", input).out, "2pear\n");
}

TEST(Input, ReachesTheProgram) {
  const TempDir directory;
  const std::string input(200'000, 'i');
  EXPECT_EQ(run_script(directory, "cat", input).out, input);
}

TEST(Descriptors, AreTheSameThatTheProgramHasWithoutAjar) {
  const TempDir directory;
  EXPECT_EQ(harness::run(ajar_run(directory, {"ls", "/proc/self/fd"})).out,
            harness::run(Command{.words = {"ls", "/proc/self/fd"}}).out);
}

TEST(Arguments, AndWorkingDirectoryReachTheProgram) {
  const TempDir directory;
  EXPECT_EQ(
      harness::run(ajar_run(directory, {"/bin/sh", "-c", "pwd -P; echo \"$#:$1:$2\"", "x", "", "two words"}))
          .out,
      std::filesystem::canonical(directory.path()).string() + "\n2::two words\n");
}

TEST(Recording, IsNamedAfterTheProgramAndItsPidByDefault) {
  const TempDir directory;
  const Outcome outcome =
      harness::run(ajar(directory, {"run", "--", harness::victim("exit_paths"), "return"}));
  const std::vector<harness::Truth> truths = harness::parse_truths(outcome.out);
  ASSERT_EQ(truths.size(), 1U);
  const std::string name = "exit_paths." + std::to_string(truths[0].pid) + ".ajar";
  EXPECT_TRUE(std::filesystem::exists(directory / name)) << outcome.err;
  EXPECT_THAT(outcome.err, testing::HasSubstr("ajar report " + name));
}

// Whatever ends the program: the memory through which ajar saw it, which the program tells us, is gone
// afterwards.
TEST(Run, LeavesNothingInSharedMemory) {
  const TempDir directory;
  const std::string maps = run_script(directory, "cat /proc/self/maps; cat /proc/$$/maps; kill -9 $$").out;
  const std::regex folder("/dev/shm/[^/ \n]+");
  std::set<std::string> folders;
  for (auto each = std::sregex_iterator(maps.begin(), maps.end(), folder); each != std::sregex_iterator();
       ++each) {
    folders.insert(each->str());
  }
  EXPECT_FALSE(folders.empty()) << maps;
  for (const std::string& each : folders) EXPECT_FALSE(std::filesystem::exists(each)) << each;
}

}  // namespace
}  // namespace ajar::e2e
