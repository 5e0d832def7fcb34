#include "platform/path_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "platform/testing/temp_tree.h"

namespace ajar::platform {
namespace {

using testing::HasSubstr;

class PathSearch : public testing::Test {
 protected:
  PathSearch() : saved_(std::getenv("PATH")) {
    tree_.write("second/tool", "", true);
    tree_.write("second/both", "", true);
    ::setenv("PATH", (tree_.path("first") + ":" + tree_.path("second")).c_str(), 1);
  }
  ~PathSearch() override { ::setenv("PATH", saved_.c_str(), 1); }

  const TempTree tree_{{"first/both", "not executable"}, {"first/plain", "not executable"}};

 private:
  std::string saved_;
};

TEST_F(PathSearch, TakesTheFirstFileThatCanBeExecuted) {
  EXPECT_EQ(find_program("tool").value(), tree_.path("second/tool"));
  EXPECT_EQ(find_program("both").value(), tree_.path("second/both"));
}

TEST_F(PathSearch, TakesANameWithASlashAsItIs) {
  EXPECT_EQ(find_program("./x").value(), "./x");
}

TEST_F(PathSearch, TellsMissingFromNotExecutable) {
  const auto missing = find_program("nothing");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().exit_status, 127);
  EXPECT_THAT(missing.error().error.message(), HasSubstr("nothing: not found"));
  const auto plain = find_program("plain");
  ASSERT_FALSE(plain.has_value());
  EXPECT_EQ(plain.error().exit_status, 126);
  EXPECT_THAT(plain.error().error.message(), HasSubstr("first/plain: not an executable file"));
}

}  // namespace
}  // namespace ajar::platform
