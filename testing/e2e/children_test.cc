#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <regex>

#include "e2e/traced.h"
#include "harness/victims.h"

// Every process that a traced one makes is traced, or stands in the report as not traced, with the reason.
namespace ajar::e2e {
namespace {

using harness::Command;
using harness::Outcome;
using harness::Reported;
using harness::ReportedProcess;
using harness::TempDir;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

Traced trace_script(const TempDir& directory, const std::string& script) {
  return trace(directory, {"/bin/sh", "-c", script});
}

auto traced_as(const std::string& name) {
  return AllOf(Field(&ReportedProcess::name, name), Field(&ReportedProcess::not_traced, ""));
}

auto not_traced_as(const std::string& name, const std::string& reason) {
  return AllOf(Field(&ReportedProcess::name, name), Field(&ReportedProcess::not_traced, HasSubstr(reason)));
}

TEST(Children, OfAShellPipelineAreAllTraced) {
  const TempDir directory;
  const Traced seen = trace_script(directory, "printf 'b\\na\\n' | sort | grep -v x | head -1");
  EXPECT_EQ(seen.run.out, "a\n");
  expect_silence(seen.reported);
  std::vector<std::string> names;
  for (const ReportedProcess& process : seen.reported.processes) names.push_back(process.name);
  EXPECT_THAT(names, IsSupersetOf({"sort", "grep", "head"}));
}

TEST(Children, WithAnEmptyEnvironmentAreListed) {
  const TempDir directory;
  const Traced seen = trace_script(directory, "env -i /bin/sleep 0; true");
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("sleep", "environment without")));
  EXPECT_THAT(seen.run.err, HasSubstr("was not traced"));
}

TEST(Children, ThatAreStaticallyLinkedAreListedAndTheirParentIsTraced) {
  const TempDir directory;
  const Traced seen = trace_script(directory, harness::victim("static_victim") + "; true");
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("static_victim", "statically linked")));
  EXPECT_THAT(seen.reported.processes, Contains(traced_as("dash")));
}

TEST(Children, Of32BitsAreListedAndTheirLoaderDoesNotComplain) {
  const TempDir directory;
  const Traced seen = trace_script(directory, harness::victim("32/leak_files") + "; true");
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("leak_files", "32-bit")));
  EXPECT_THAT(seen.run.err, Not(HasSubstr("ld.so")));
}

TEST(Children, WithAnotherCLibraryAreTracedToo) {
  const TempDir directory;
  expect_truth(trace_script(directory, harness::victim("musl/leak_files") + "; true"));
}

TEST(Children, ThatGainPrivilegesAreListed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a setuid program of another user";
  const TempDir directory;
  const std::string program = directory / "privileged";
  std::filesystem::copy_file("/bin/true", program);
  ASSERT_EQ(::chown(program.c_str(), 65534, 65534), 0);
  ASSERT_EQ(::chmod(program.c_str(), 04755), 0);
  const Traced seen = trace_script(directory, program + "; true");
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("privileged", "setuid")));
}

TEST(Children, OfAnotherUserAreListed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const TempDir directory;
  const Traced seen = trace_script(directory, "setpriv --reuid=65534 --clear-groups /bin/true; true");
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("true", "another user (uid 65534)")));
}

TEST(Children, ThatHaveNoRoomForTheAgentAreListed) {
  const TempDir directory;
  const Traced seen = trace_script(directory, "ulimit -f 8; (exit 3); true");
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("dash", "ulimit -f")));
}

TEST(Exec, IntoAStaticProgramEndsWhatIsKnownOfTheProcess) {
  const TempDir directory;
  const Traced seen = trace_script(directory, "exec " + harness::victim("static_victim"));
  ASSERT_EQ(seen.reported.processes.size(), 1U);
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("static_victim", "statically linked")));
  EXPECT_THAT(seen.run.err, HasSubstr("since it became this program"));
  EXPECT_THAT(seen.run.err, Not(HasSubstr("no leaks")));
  EXPECT_EQ(seen.run.exit_status, 0);
}

TEST(Exec, UnderAFilterOfSystemCallsRunsAndIsListed) {
  const TempDir directory;
  const Traced seen = trace(directory, {harness::victim("sandbox_exec")});
  EXPECT_EQ(seen.run.out, "still alive\n");
  EXPECT_EQ(seen.run.exit_status, 0);
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("echo", "seccomp")));
}

TEST(Exec, BackIntoAProgramWithTheAgentIsTracedAgain) {
  const TempDir directory;
  const std::string again =
      "exec env -i LD_PRELOAD=\"$LD_PRELOAD\" LATER=\"$AJAR_SESSION\" /bin/sh -c "
      "'sleep 0.3; AJAR_SESSION=$LATER exec /bin/sleep 0'";
  const Traced seen = trace_script(directory, again);
  ASSERT_EQ(seen.reported.processes.size(), 1U);
  EXPECT_THAT(seen.reported.processes, Contains(traced_as("sleep")));
}

class StartedWithNothing : public testing::TestWithParam<std::string> {};

TEST_P(StartedWithNothing, IsListedByItsNumber) {
  const TempDir directory;
  const Traced seen = trace(directory, {harness::victim("untraced_children"), GetParam()});
  expect_truth(seen);
  std::smatch number;
  ASSERT_TRUE(std::regex_search(seen.run.out, number, std::regex("child: ([0-9]+)"))) << seen.run.out;
  const ReportedProcess* child = seen.reported.find(std::stoll(number[1]));
  ASSERT_NE(child, nullptr);
  EXPECT_EQ(child->name, "true");
  EXPECT_THAT(child->not_traced, HasSubstr("environment without"));
}
INSTANTIATE_TEST_SUITE_P(By, StartedWithNothing,
                         testing::Values("fork", "vfork", "clone", "posix_spawn", "posix_spawnp"),
                         [](const auto& each) { return each.param; });

TEST(ShellOfTheCLibrary, WithoutAnEnvironmentIsListed) {
  for (const std::string by : {"system", "popen"}) {
    const TempDir directory;
    const Traced seen = trace(directory, {harness::victim("untraced_children"), by});
    EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("sh", "environment without"))) << by;
  }
}

TEST(Vfork, ChildThatBecomesNothingIsListed) {
  const TempDir directory;
  const Traced seen = trace(directory, {harness::victim("untraced_children"), "vfork_alone"});
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("untraced_children", "vfork")));
}

TEST(Strangers, MadeBySystemCallsOfTheProgramsOwnAreListed) {
  const TempDir directory;
  const Traced seen = trace(directory, {harness::victim("untraced_children"), "by_number"});
  EXPECT_THAT(seen.reported.processes, Contains(not_traced_as("sleep", "environment without")));
}

TEST(AddressSanitizer, TellsOfTheSameLeaksOfMemory) {
  const TempDir directory;
  const std::vector<std::string> victim = {harness::victim("sanitized"), "leaking_memory"};
  const Outcome bare = harness::run(Command{.words = victim});
  const Outcome with = harness::run(ajar_run(directory, victim));
  for (const Outcome& outcome : {bare, with}) {
    EXPECT_THAT(outcome.err, HasSubstr("SUMMARY: AddressSanitizer: 77 byte(s) leaked in 1 allocation(s)."));
  }
  EXPECT_EQ(with.exit_status, bare.exit_status);
}

}  // namespace
}  // namespace ajar::e2e
