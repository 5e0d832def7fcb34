#include "base/path.h"

#include <gtest/gtest.h>

namespace ajar::base {
namespace {

TEST(Path, EndsInAFileNameWhateverItsSlashes) {
  EXPECT_EQ(file_name("/usr/lib/b.so"), "b.so");
  EXPECT_EQ(file_name("C:\\a\\b.dll"), "b.dll");
  EXPECT_EQ(file_name("C:\\a/b.dll"), "b.dll");
  EXPECT_EQ(file_name("b.so"), "b.so");
  EXPECT_EQ(file_name("/usr/lib/"), "");
  EXPECT_EQ(file_name(""), "");
}

TEST(Path, BeginsWithAFolder) {
  EXPECT_EQ(folder_of("/usr/lib/b.so"), "/usr/lib");
  EXPECT_EQ(folder_of("C:\\a\\b.dll"), "C:\\a");
  EXPECT_EQ(folder_of("/b"), "");
  EXPECT_EQ(folder_of("b.so"), "");
}

}  // namespace
}  // namespace ajar::base
