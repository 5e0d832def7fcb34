#include "platform/perf_map_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "platform/procfs.h"

namespace ajar::platform {
namespace {

// Of this process, which calls itself by a number that no process can have.
class PerfMapFileTest : public testing::Test {
 protected:
  static constexpr std::int64_t kBeyondAllPids = std::int64_t{1} << 32U;

  PerfMapFileTest()
      : maker_{.pid = getpid(),
               .start_ticks = ProcFs().process(getpid())->start_ticks,
               .own_pid = kBeyondAllPids + getpid(),
               .user = geteuid()},
        path_("/tmp/perf-" + std::to_string(maker_.own_pid) + ".map") {
    std::filesystem::remove(path_);
  }
  ~PerfMapFileTest() override { std::filesystem::remove(path_); }

  void append(const std::string& text) const { std::ofstream(path_, std::ios::app) << text; }

  CodeMaker maker_;
  std::string path_;
};

TEST_F(PerfMapFileTest, WhatIsNewBeginsBehindTheLastWholeLineThatWasThere) {
  PerfMapFile file(maker_);
  EXPECT_FALSE(file.read(false).has_value());
  append("1 1 first\n2 1 sec");
  auto text = file.read(true);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->bytes, "1 1 first\n2 1 sec");
  EXPECT_EQ(text->fresh, 0U);
  append("ond\n");
  text = file.read(true);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->bytes.substr(text->fresh), "2 1 second\n");
}

TEST_F(PerfMapFileTest, AFileThatHasNotChangedIsReadOnRequest) {
  append("1 1 first\n");
  PerfMapFile file(maker_);
  EXPECT_TRUE(file.read(true).has_value());
  EXPECT_FALSE(file.read(true).has_value());
  const auto again = file.read(false);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->fresh, again->bytes.size());
}

TEST_F(PerfMapFileTest, AFileThatWasMadeAnewIsNewFromItsBeginning) {
  append("1 1 a longer first\n");
  PerfMapFile file(maker_);
  EXPECT_TRUE(file.read(true).has_value());
  std::ofstream(path_) << "1 1 other\n";
  const auto text = file.read(true);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->bytes, "1 1 other\n");
  EXPECT_EQ(text->fresh, 0U);
}

TEST_F(PerfMapFileTest, OfALongFileTheWholeLinesAtItsEndAreRead) {
  append("11111 1 first\n2 1 second\n");
  PerfMapFile file(maker_, 20);
  const auto text = file.read(true);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->bytes.size(), 20U);
  EXPECT_EQ(text->bytes.substr(text->bytes.find('2')), "2 1 second\n");
  EXPECT_EQ(text->bytes.find('1'), text->bytes.find("1 second"));
}

TEST_F(PerfMapFileTest, OnlyTheProcesssUserAndRootAreBelieved) {
  append("1 1 first\n");
  if (geteuid() == 0) {
    constexpr uid_t somebody = 4242;
    ASSERT_EQ(chown(path_.c_str(), somebody, somebody), 0);
    EXPECT_FALSE(PerfMapFile(maker_).read(false).has_value());
    maker_.user = somebody;
  }
  EXPECT_TRUE(PerfMapFile(maker_).read(false).has_value());
  maker_.user = 4243;
  EXPECT_FALSE(PerfMapFile(maker_).read(false).has_value());
}

TEST_F(PerfMapFileTest, LinksAndWhatIsNoFileAreNotFollowed) {
  const std::string target = path_ + ".target";
  std::ofstream(target) << "1 1 first\n";
  std::filesystem::create_symlink(target, path_);
  EXPECT_FALSE(PerfMapFile(maker_).read(false).has_value());
  std::filesystem::remove(target);
  std::filesystem::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_FALSE(PerfMapFile(maker_).read(false).has_value());
}

TEST_F(PerfMapFileTest, AFileThatIsOlderThanTheProcessIsAnotherOnes) {
  append("1 1 first\n");
  std::filesystem::last_write_time(
      path_, std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 365));
  EXPECT_FALSE(PerfMapFile(maker_).read(false).has_value());
  maker_.start_ticks = 0;
  EXPECT_TRUE(PerfMapFile(maker_).read(false).has_value()) << "when it began is not known";
}

}  // namespace
}  // namespace ajar::platform
