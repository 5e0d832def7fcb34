#include "session/awaited_process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace ajar::session {
namespace {

// A process that sleeps, under a name of its own, which it has when this returns.
pid_t sleeper(const std::string& name) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execl("/bin/sleep", name.c_str(), "60", nullptr);
    ::_exit(127);
  }
  const platform::ProcFs proc;
  for (auto words = proc.command_line(pid); !words || words->empty() || words->front() != name;
       words = proc.command_line(pid))
    ::usleep(1000);
  return pid;
}

void end(pid_t pid) {
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

std::optional<std::int64_t> found_within_seconds(AwaitedProcess& awaited) {
  for (int i = 0; i < 2000; ++i) {
    if (const auto pid = awaited.look()) return pid;
    ::usleep(5000);
  }
  return std::nullopt;
}

TEST(AwaitedProcess, IsOneThatBeginsUnderTheName) {
  const std::string name = "ajar-awaited-" + std::to_string(::getpid());
  AwaitedProcess awaited(name);
  EXPECT_FALSE(awaited.look().has_value());
  const pid_t other = sleeper("another");
  const pid_t wanted = sleeper(name);
  EXPECT_EQ(found_within_seconds(awaited), wanted);
  end(other);
  end(wanted);
}

TEST(AwaitedProcess, MayHaveBeenAnotherProgramForLong) {
  const std::string name = "ajar-becomes-" + std::to_string(::getpid());
  std::array<int, 2> go{};
  ASSERT_EQ(::pipe(go.data()), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    char byte = 0;
    static_cast<void>(::read(go[0], &byte, 1));
    ::execl("/bin/sleep", name.c_str(), "60", nullptr);
    ::_exit(127);
  }
  AwaitedProcess awaited(name);
  EXPECT_FALSE(awaited.look().has_value());
  EXPECT_EQ(::write(go[1], "x", 1), 1);
  EXPECT_EQ(found_within_seconds(awaited), pid);
  end(pid);
}

TEST(AwaitedProcess, IsNoneThatWasThereBefore) {
  const std::string name = "ajar-before-" + std::to_string(::getpid());
  const pid_t before = sleeper(name);
  AwaitedProcess awaited(name);
  EXPECT_FALSE(awaited.look().has_value());
  const pid_t wanted = sleeper(name);
  EXPECT_EQ(found_within_seconds(awaited), wanted);
  end(before);
  end(wanted);
}

}  // namespace
}  // namespace ajar::session
