#include "tables/windows/in_time.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>

namespace ajar::tables::windows {
namespace {

// Work that hangs until somebody lets it go on.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  unsigned entered = 0, passed = 0;

  void pass() {
    std::unique_lock lock(mutex);
    ++entered;
    changed.wait(lock, [&] { return open; });
    ++passed;
    changed.notify_all();
  }
  void let_all_pass() {
    std::unique_lock lock(mutex);
    open = true;
    changed.notify_all();
    changed.wait(lock, [&] { return passed == entered; });
  }
};

TEST(InTime, WorkThatEndsIsDoneWhenRunReturns) {
  InTime in_time(std::chrono::minutes(10));
  for (int i = 0; i < 1000; ++i) {
    auto done = std::make_shared<int>(-1);
    ASSERT_TRUE(in_time.run([done, i] { *done = i; }));
    ASSERT_EQ(*done, i);
  }
}

TEST(InTime, WorkThatHangsIsLeftAloneAndWorkAfterItIsDone) {
  const auto gate = std::make_shared<Gate>();
  InTime in_time(std::chrono::milliseconds(20));
  EXPECT_FALSE(in_time.run([gate] { gate->pass(); }));
  // On a busy machine a thread may take longer to start.
  bool done = false;
  for (int attempt = 0; attempt < 50 && !done; ++attempt) done = in_time.run([] {});
  EXPECT_TRUE(done);
  gate->let_all_pass();
}

TEST(InTime, WhereTooManyHangNothingIsBegun) {
  const auto gate = std::make_shared<Gate>();
  InTime in_time(std::chrono::milliseconds(1));
  for (int i = 0; i < 200; ++i) EXPECT_FALSE(in_time.run([gate] { gate->pass(); }));
  const auto begun = std::make_shared<bool>(false);
  EXPECT_FALSE(in_time.run([begun] { *begun = true; }));
  EXPECT_FALSE(*begun);
  gate->let_all_pass();
  EXPECT_LE(gate->entered, 64U);
}

}  // namespace
}  // namespace ajar::tables::windows
