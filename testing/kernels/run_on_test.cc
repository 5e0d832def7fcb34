#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.h"
#include "kernels/on_kernel.h"

// The means themselves: what testing/kernels/run_on gives back, and what it says where it can't.
namespace ajar::kernels {
namespace {

using harness::Outcome;
using testing::HasSubstr;
using testing::StartsWith;

class RunOn : public OnKernel {
 protected:
  RunOn() : OnKernel("6.1") {}
};

TEST_F(RunOn, GivesBackWhatTheCommandPrintsAndItsExitStatus) {
  const Outcome seen =
      run({"sh", "-c", R"(printf 'a\r\nb\n\001'; echo wrong >&2; cat /proc/self/comm; exit 200)"},
          {"--with", "cat"});
  EXPECT_EQ(seen.exit_status, 200);
  EXPECT_EQ(seen.out, "a\r\nb\n\001cat\n");
  EXPECT_EQ(seen.err, "wrong\n");
}

TEST_F(RunOn, GivesTheStatusOfAKilledCommandAsAShellDoes) {
  EXPECT_EQ(run({"sh", "-c", "kill -9 $$"}).exit_status, 128 + 9);
}

TEST_F(RunOn, IsRootInAMachineOfItsOwn) {
  const Outcome seen =
      run({"sh", "-c", "id -u; uname -r; [ -e /sys/kernel/tracing/events ] && echo traced; pwd"},
          {"--with", "id", "--with", "uname"});
  EXPECT_THAT(seen.out, testing::MatchesRegex("0\n6\\.1\\.[^\n]*\ntraced\n/[^\n]*\n")) << seen.err;
}

TEST_F(RunOn, TakesAlongScriptsAndWhatTheCommandLineNames) {
  const harness::TempDir directory;
  const std::string script = directory.path() / "script", data = directory.path() / "data",
                    object = directory.path() / "object";
  harness::write_file(
      script,
      "#!/bin/sh\nread -r line <\"$1\"\necho \"it says $line\"\n[ -s \"$2\" ] && echo \"and there is $2\"\n");
  harness::write_file(data, "hello\n");
  // As compilers write it: an ELF file that has no program headers.
  harness::write_file(object,
                      "\x7f"
                      "ELF\2\1\1" +
                          std::string(57, '\0'));
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  const Outcome seen = run({script, data, object});
  EXPECT_EQ(seen.out, "it says hello\nand there is " + object + "\n") << seen.err;
}

TEST_F(RunOn, SaysThatTheKernelPanicked) {
  const Outcome seen = run({"sh", "-c", "echo c >/proc/sysrq-trigger"});
  EXPECT_EQ(seen.exit_status, 125);
  EXPECT_EQ(seen.err, "run_on: the kernel panicked: sysrq triggered crash\n");
}

// A command could run all the same, without some of its files.
TEST_F(RunOn, SaysThatTheFilesDoNotFitIntoTheMemory) {
  const harness::TempDir directory;
  const std::string large = directory.path() / "large";
  harness::write_file(large, std::string(300'000'000, 'x'));
  EXPECT_EQ(run({"sh", "-c", "true", large}).exit_status, 0);
  const Outcome seen = run({"sh", "-c", "true", large}, {"--memory", "900M"});
  EXPECT_EQ(seen.exit_status, 125);
  EXPECT_EQ(seen.err, "run_on: the machine could not unpack its files: write error (--memory)\n");
}

TEST_F(RunOn, SaysThatTheTimeLimitPassed) {
  const Outcome seen = run({"sh", "-c", "while :; do :; done"}, {"--time-limit", "2"});
  EXPECT_EQ(seen.exit_status, 124);
  EXPECT_EQ(seen.err, "run_on: not done after 2 s (--time-limit)\n");
}

TEST_F(RunOn, SaysWhatItCannotTakeAlong) {
  const Outcome seen = run({"sh", "-c", "true"}, {"--with", "no-such-program"});
  EXPECT_EQ(seen.exit_status, 125);
  EXPECT_EQ(seen.err, "run_on: no no-such-program here that could be taken along\n");
}

TEST_F(RunOn, AsksForAKernelThatIsMissing) {
  const Outcome seen = harness::run(harness::Command{.words = {AJAR_RUN_ON, "0.1", "--", "true"}});
  EXPECT_EQ(seen.exit_status, 77);
  EXPECT_THAT(seen.err, HasSubstr("no kernel 0.1; testing/kernels/fetch 0.1 gets it"));
}

}  // namespace
}  // namespace ajar::kernels
