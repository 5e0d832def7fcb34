#include "calls/uses.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <set>
#include <string>

namespace ajar::calls {
namespace {

TEST(Uses, HaveTheSystemsNumbers) {
  EXPECT_STREQ(use_of(SYS_write, false)->name, "write");
  EXPECT_STREQ(use_of(SYS_sendmmsg, false)->name, "sendmmsg");
  EXPECT_STREQ(use_of(SYS_epoll_pwait2, false)->name, "epoll_pwait2");
  EXPECT_STREQ(use_of(SYS_copy_file_range, false)->name, "copy_file_range");
  EXPECT_STREQ(use_of(4, true)->name, "write");
  EXPECT_STREQ(use_of(192, true)->name, "mmap2");
  EXPECT_EQ(use_of(SYS_fcntl, false), nullptr);
  EXPECT_EQ(use_of(-1, false), nullptr) << "calls that only the other kind of programs has";
}

TEST(Uses, AreEachCallOnce) {
  std::set<std::string> names;
  std::set<int> numbers, numbers_32;
  for (const Use& use : kUses) {
    EXPECT_TRUE(names.insert(use.name).second) << use.name;
    EXPECT_TRUE(use.number < 0 || numbers.insert(use.number).second) << use.name;
    EXPECT_TRUE(use.number_32 < 0 || numbers_32.insert(use.number_32).second) << use.name;
    EXPECT_NE(use.arguments, 0) << use.name;
    EXPECT_LT(use.arguments, 64) << use.name;
  }
}

}  // namespace
}  // namespace ajar::calls
