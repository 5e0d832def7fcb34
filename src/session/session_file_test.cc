#include "session/session_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "platform/testing/temp_tree.h"

namespace ajar::session {
namespace {

class SessionFileTest : public testing::Test {
 protected:
  SessionFileTest() { std::filesystem::current_path(tree_.root()); }
  ~SessionFileTest() override { std::filesystem::current_path(before_); }

  // The path of a session's file, as it is named in the end.
  static std::string record(const std::string& path, std::int64_t pid,
                            const std::string& program = "/opt/shop/shop-server") {
    SessionFile file(path, program);
    EXPECT_TRUE(file.create().ok());
    file.name_after(pid);
    EXPECT_TRUE(std::filesystem::exists(file.path()));
    return file.path();
  }

  std::filesystem::path before_ = std::filesystem::current_path();
  platform::TempTree tree_{{}};
};

TEST_F(SessionFileTest, IsNamedAfterTheProgramAndTheProcess) {
  EXPECT_EQ(record("", 4121), "shop-server.4121.ajar");
}

TEST_F(SessionFileTest, LeavesOutThatAProgramIsOneOfWindows) {
  EXPECT_EQ(record("", 4121, "shop/shop.exe"), "shop.4121.ajar");
}

TEST_F(SessionFileTest, OfTheSameProcessAgainLeavesTheEarlierOnes) {
  record("", 4121);
  EXPECT_EQ(record("", 4121), "shop-server.4121.2.ajar");
  EXPECT_EQ(record("", 4121), "shop-server.4121.3.ajar");
}

TEST_F(SessionFileTest, KeepsANameThatTheUserGaveIt) {
  EXPECT_EQ(record("mine.ajar", 4121), "mine.ajar");
}

TEST_F(SessionFileTest, WithoutANameYetGoesWhenNothingWasRecorded) {
  const SessionFile file("", "shop-server");
  EXPECT_TRUE(SessionFile("", "shop-server").create().ok());
  file.remove();
  EXPECT_TRUE(std::filesystem::is_empty(tree_.root()));
}

}  // namespace
}  // namespace ajar::session
