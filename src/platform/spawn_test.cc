#include "platform/spawn.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/owned_fd.h"
#include "platform/testing/temp_tree.h"

namespace ajar::platform {
namespace {

using testing::HasSubstr;

SpawnRequest shell(const std::string& script) {
  return {.path = "/bin/sh",
          .arguments = {"sh", "-c", script},
          .environment = {"PATH=/usr/bin:/bin", "GREETING=hello"},
          .signals = SignalState::current()};
}

Ended run(const SpawnRequest& request) {
  auto child = spawn(request);
  EXPECT_TRUE(child.has_value()) << child.error().error.message();
  return child->wait().value();
}

TEST(Spawn, GivesArgumentsAndEnvironmentAndCollectsTheStatus) {
  EXPECT_EQ(run(shell("[ \"$GREETING\" = hello ] && exit 7")).exit_status, 7);
}

TEST(Spawn, TellsTheSignalThatKilledTheProgram) {
  const Ended end = run(shell("kill -9 $$"));
  EXPECT_EQ(end.exit_status, std::nullopt);
  EXPECT_EQ(end.killed_by_signal, SIGKILL);
  EXPECT_EQ(end.shell_status(), 137);
}

TEST(Spawn, SaysPreciselyWhyAProgramDidNotStart) {
  const TempTree tree{{"plain", "text"}, {"bad", "#!/nowhere/interpreter\n"}};
  tree.write("bad", "#!/nowhere/interpreter\n", true);
  const auto failure = [](const std::string& path) {
    SpawnRequest request = shell("");
    request.path = path;
    return spawn(request).error();
  };
  EXPECT_EQ(failure(tree.path("none")).exit_status, 127);
  EXPECT_EQ(failure(tree.path("none")).error.message(), tree.path("none") + ": No such file or directory");
  EXPECT_EQ(failure(tree.path("bad")).exit_status, 127);
  EXPECT_EQ(failure(tree.path("plain")).exit_status, 126);
  EXPECT_EQ(failure(tree.path("plain")).error.message(), tree.path("plain") + ": Permission denied");
  EXPECT_EQ(failure(tree.root()).exit_status, 126);
}

TEST(Spawn, GivesAScriptWithoutAnInterpreterToTheShell) {
  const TempTree tree{};
  tree.write("script", "exit $(($1 + 1))\n", true);
  SpawnRequest request = shell("");
  request.path = tree.path("script");
  request.arguments = {"script", "4"};
  EXPECT_EQ(run(request).exit_status, 5);
}

// A pipe is open in the caller twice: once to be handed on, once to be closed on exec.
TEST(Spawn, HandsOnTheDescriptorsThatAreMeantToBe) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const base::OwnedFd kept(ends[0]);
  base::OwnedFd own(ends[1]);
  const base::OwnedFd given(::dup(own.get()));
  const std::string number = std::to_string(given.get());
  const std::string hidden = std::to_string(own.get());
  EXPECT_EQ(
      run(shell("[ -e /proc/$$/fd/" + number + " ] && [ ! -e /proc/$$/fd/" + hidden + " ]")).exit_status, 0);
}

int descriptors_not_closed_on_exec() {
  int count = 0;
  for (int fd = 0; fd < 1024; ++fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) ++count;
  }
  return count;
}

TEST(Spawn, LeavesNoDescriptorOfItsOwnInTheProgram) {
  const int expected = descriptors_not_closed_on_exec() + 1;  // and the folder that ls reads
  EXPECT_EQ(run(shell("exit $(ls /proc/self/fd | wc -l)")).exit_status, expected);
}

TEST(Spawn, TheProgramStartsWithTheGivenSignals) {
  SpawnRequest request = shell(
      "b=$(sed -n 's/^SigBlk:[^0-9a-f]*//p' /proc/self/status);"
      "i=$(sed -n 's/^SigIgn:[^0-9a-f]*//p' /proc/self/status);"
      "[ $b = 0000000000000800 ] && [ $i = 0000000000000001 ]");
  request.signals = {.blocked = std::uint64_t{1} << (SIGUSR2 - 1),
                     .ignored = std::uint64_t{1} << (SIGHUP - 1)};
  ::signal(SIGPIPE, SIG_IGN);
  const Ended end = run(request);
  ::signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(end.exit_status, 0);
}

TEST(Spawn, CollectsTheEndEvenWhereTheParentLeftChildrenIgnored) {
  ::signal(SIGCHLD, SIG_IGN);
  const Ended end = run(shell("exit 3"));
  EXPECT_EQ(end.exit_status, 3);
  EXPECT_EQ(SignalState::current().ignored & std::uint64_t{1} << (SIGCHLD - 1), 0U);
}

TEST(SignalState, IsThatOfTheCaller) {
  ::signal(SIGPIPE, SIG_IGN);
  const SignalState state = SignalState::current();
  ::signal(SIGPIPE, SIG_DFL);
  EXPECT_NE(state.ignored & std::uint64_t{1} << (SIGPIPE - 1), 0U);
  EXPECT_EQ(SignalState::current().ignored & std::uint64_t{1} << (SIGPIPE - 1), 0U);
}

TEST(Child, CanBeSeenToHaveEndedBeforeItIsCollected) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const base::OwnedFd reading(ends[0]);
  base::OwnedFd writing(ends[1]);
  const base::OwnedFd given(::dup(reading.get()));
  SpawnRequest request = shell("read x <&" + std::to_string(given.get()));
  auto child = spawn(request);
  ASSERT_TRUE(child.has_value());
  EXPECT_FALSE(child->has_ended());
  EXPECT_FALSE(child->poll().value().has_value());
  writing.reset();
  while (!child->has_ended()) ::usleep(1000);
  const auto end = child->poll().value();
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->exit_status, 1);
  EXPECT_GT(end->most_resident_bytes, 0U);
  EXPECT_THAT(child->wait().error().message(), HasSubstr("waiting for process"));
}

}  // namespace
}  // namespace ajar::platform
