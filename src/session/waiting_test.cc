#include "session/waiting.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>

#include "session/signals.h"

namespace ajar::session {
namespace {

using std::chrono::milliseconds;

TEST(Waiting, LastsAsLongAsItShould) {
  Waiting waiting;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(waiting.wait(milliseconds(20)));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(20));
}

TEST(Waiting, IsEndedByASignalForGood) {
  Waiting waiting;
  ::raise(SIGTERM);
  EXPECT_FALSE(waiting.wait(std::chrono::hours(1)));
  EXPECT_FALSE(waiting.wait(std::chrono::hours(1)));
}

TEST(Waiting, OfNoTimeAtAllSeesASignal) {
  Waiting waiting;
  EXPECT_TRUE(waiting.wait(milliseconds(0)));
  ::raise(SIGINT);
  EXPECT_FALSE(waiting.wait(milliseconds(0)));
}

// Somebody's `2>&1 | head` has seen enough; the session is worth more than that.
TEST(Signals, AWriteThatNobodyReadsEndsNothing) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  {
    Signals signals;
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    EXPECT_FALSE(signals.wait(milliseconds(0)).has_value());
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    ::raise(SIGUSR1);
    const auto signal = signals.wait(milliseconds(0));
    ASSERT_TRUE(signal.has_value());
    EXPECT_EQ(signal->number, SIGUSR1);
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
  }
  ::close(ends[1]);
}

}  // namespace
}  // namespace ajar::session
