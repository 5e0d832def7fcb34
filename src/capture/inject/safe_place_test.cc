#include "capture/inject/safe_place.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

namespace ajar::capture::inject {
namespace {

const std::vector<UnsafeCode> kUnsafe = {{0x1000, 0x1100, "malloc()"},
                                         {0x9000, 0xa000, "the dynamic linker"}};

kernel::WalkedFrames stack(std::vector<std::uint64_t> frames, std::uint8_t walk = AJAR_WALK_ENDED) {
  return {.frames = std::move(frames), .walk = walk};
}

TEST(SafePlace, IsAStackWithoutUnsafeCodeThatEnds) {
  EXPECT_EQ(why_unsafe(stack({0x2000, 0x3000, 0x4000}), kUnsafe), "");
}

TEST(SafePlace, IsNoneInTheMidstOfAnAllocation) {
  EXPECT_EQ(why_unsafe(stack({0x2000, 0x1080, 0x4000}), kUnsafe), "it is in malloc()");
}

TEST(SafePlace, IsNoneInTheLinker) {
  EXPECT_EQ(why_unsafe(stack({0x9800}), kUnsafe), "it is in the dynamic linker");
}

// The address after a call may be the next function's first.
TEST(SafePlace, LooksAtTheCallAndNotBehindIt) {
  EXPECT_EQ(why_unsafe(stack({0x2000, 0x1000}), kUnsafe), "");
  EXPECT_EQ(why_unsafe(stack({0x2000, 0x1100}), kUnsafe), "it is in malloc()");
}

TEST(SafePlace, IsNoneInASignalsHandler) {
  EXPECT_EQ(why_unsafe(stack({0x2000, 0x3000 | AJAR_CALL_INTERRUPTED}), kUnsafe),
            "it is in a signal's handler");
}

TEST(SafePlace, IsNoneWhereTheStackIsNotKnownToItsEnd) {
  for (const std::uint8_t walk :
       {AJAR_WALK_NONE, AJAR_WALK_NO_RULE, AJAR_WALK_NO_CODE, AJAR_WALK_UNREADABLE, AJAR_WALK_TOO_DEEP})
    EXPECT_EQ(why_unsafe(stack({0x2000}, walk), kUnsafe), "its stack can't be followed to its end");
}

TEST(SafePlace, IsAWaitAndNoOtherCall) {
  EXPECT_TRUE(is_waiting_call(SYS_read));
  EXPECT_TRUE(is_waiting_call(SYS_futex));
  EXPECT_TRUE(is_waiting_call(SYS_restart_syscall)) << "of one that has been stopped before";
  EXPECT_FALSE(is_waiting_call(SYS_execve));
  EXPECT_FALSE(is_waiting_call(SYS_vfork));
  EXPECT_FALSE(is_waiting_call(-1)) << "it runs";
}

}  // namespace
}  // namespace ajar::capture::inject
