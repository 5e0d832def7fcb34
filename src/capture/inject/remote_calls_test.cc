#include "capture/inject/remote_calls.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace ajar::capture::inject {
namespace {

Registers in_call(long number, long result) {
  Registers registers{};
  registers.orig_ax = static_cast<std::uint64_t>(number);
  registers.ax = static_cast<std::uint64_t>(result);
  registers.ip = 0x1002;
  return registers;
}

std::int64_t result(const Registers& registers) {
  return static_cast<std::int64_t>(registers.ax);
}

// -512 … -516: what the kernel itself makes of the call once more, or an EINTR where a handler ran.
TEST(WaitingOn, LeavesToTheKernelWhatItRestarts) {
  for (long code = 512; code <= 516; ++code) {
    const Registers before = in_call(SYS_read, -code);
    const Registers after = waiting_on(before);
    EXPECT_EQ(std::memcmp(&after, &before, sizeof(before)), 0) << code;
  }
}

TEST(WaitingOn, HasAWaitRestartedThatTheStopEnded) {
  EXPECT_EQ(result(waiting_on(in_call(SYS_epoll_wait, -EINTR))), -514) << "unless a handler runs";
  EXPECT_EQ(result(waiting_on(in_call(SYS_epoll_wait, 3))), 3) << "it ended by itself";
  EXPECT_EQ(result(waiting_on(in_call(SYS_write, -EINTR))), -EINTR) << "it is no wait";
}

TEST(GoingBack, MakesTheCallOnceMoreOrSaysThatItWasInterrupted) {
  const Registers again = going_back(in_call(SYS_read, -512));
  EXPECT_EQ(again.ip, 0x1000U);
  EXPECT_EQ(again.ax, static_cast<std::uint64_t>(SYS_read));
  const Registers interrupted = going_back(in_call(SYS_poll, -516));
  EXPECT_EQ(interrupted.ip, 0x1002U);
  EXPECT_EQ(result(interrupted), -EINTR);
  const Registers ended = going_back(in_call(SYS_read, 5));
  EXPECT_EQ(ended.ip, 0x1002U);
  EXPECT_EQ(result(ended), 5);
}

// A child of fork has the test's own functions at the same addresses.
volatile std::uint64_t argument = 0;

std::uint64_t add_one(std::uint64_t number) {
  argument = number;
  return number + 1;
}

[[noreturn]] void sleep_and_end() {
  timespec time{.tv_sec = 0, .tv_nsec = 400'000'000};
  const int failed = ::nanosleep(&time, nullptr);
  ::_exit(failed == 0 && argument == 41 ? 0 : 1);
}

class CalledChild : public testing::Test {
 protected:
  CalledChild() {
    if (child_ == 0) sleep_and_end();
    ::usleep(50'000);
  }
  ~CalledChild() override {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  int wait_for_end() {
    int status = 0;
    EXPECT_EQ(::waitpid(child_, &status, 0), child_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  pid_t child_ = ::fork();
};

TEST_F(CalledChild, ReturnsWhatTheFunctionDoesAndSleepsOn) {
  {
    auto stopped = Stopped::stop(child_, child_);
    ASSERT_TRUE(stopped.has_value());
    const auto state = stopped->state();
    ASSERT_TRUE(state.has_value());
    auto calls = RemoteCalls::begin(*stopped, *state, state->registers.ip - 2);
    ASSERT_TRUE(calls.ok()) << calls.error().message();
    const auto sum = calls.value()->call(reinterpret_cast<std::uint64_t>(&add_one), 41);
    ASSERT_TRUE(sum.ok()) << sum.error().message();
    EXPECT_EQ(sum.value(), 42U);
  }
  EXPECT_EQ(wait_for_end(), 0);
}

// The one who called is killed: the thread waits for a while, and goes back by itself.
TEST_F(CalledChild, GoesBackByItselfWhereNobodyComes) {
  const pid_t caller = ::fork();
  if (caller == 0) {
    auto stopped = Stopped::stop(child_, child_);
    const auto state = stopped->state();
    auto calls = RemoteCalls::begin(*stopped, *state, state->registers.ip - 2);
    calls.value()->start(reinterpret_cast<std::uint64_t>(&add_one), 41);
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(caller, nullptr, 0);
  // The sleep ends early, as at any signal.
  EXPECT_EQ(wait_for_end(), 1);
}

TEST_F(CalledChild, SurvivesAFunctionThatFaults) {
  {
    auto stopped = Stopped::stop(child_, child_);
    ASSERT_TRUE(stopped.has_value());
    const auto state = stopped->state();
    ASSERT_TRUE(state.has_value());
    auto calls = RemoteCalls::begin(*stopped, *state, state->registers.ip - 2);
    ASSERT_TRUE(calls.ok()) << calls.error().message();
    EXPECT_EQ(calls.value()->call(reinterpret_cast<std::uint64_t>(&add_one), 41).value(), 42U);
    const auto fault = calls.value()->call(0x10);
    ASSERT_FALSE(fault.ok());
    EXPECT_NE(fault.error().message().find("met signal 11"), std::string::npos) << fault.error().message();
  }
  EXPECT_EQ(wait_for_end(), 0);
}

}  // namespace
}  // namespace ajar::capture::inject
