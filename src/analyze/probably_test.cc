#include "analyze/probably.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analyze/fake_recording.h"

namespace ajar::analyze {
namespace {

using Taken = model::Snapshot::Taken;

// A process that was attached to at 1 s; its table then, and at the end.
class Probably : public testing::Test {
 protected:
  void was_there(std::uint64_t handle, const std::string& type, const std::string& name) {
    before.push_back(FakeRecording::handle(handle, type, name));
  }
  void opens(std::uint64_t handle, model::StackId stack, const std::string& type, const std::string& name) {
    since.push_back({handle, stack, type, name});
  }

  std::vector<report::Group> groups() {
    recording.snapshot(Taken::at_start, 1, before);
    std::vector<model::Handle> all = before;
    double time = 2;
    for (const Opened& opened : since) {
      recording.open(time += 0.1, opened.handle, opened.stack, opened.type, opened.name);
      all.push_back(FakeRecording::handle(opened.handle, opened.type, opened.name));
    }
    std::ranges::sort(all, {}, &model::Handle::value);
    recording.snapshot(Taken::periodic, 8, all);
    const report::Process process = recording.only_process(10);
    EXPECT_TRUE(adds_up(process));
    return process.groups;
  }

  struct Opened {
    std::uint64_t handle;
    model::StackId stack;
    std::string type, name;
  };
  FakeRecording recording{{}, model::Image::Started::attached};
  std::vector<model::Handle> before;
  std::vector<Opened> since;
};

TEST_F(Probably, WhatIsLikeWhatCodeOpensWasOpenedByItToo) {
  const model::StackId leak = recording.simple_stack("open_log");
  for (std::uint64_t i = 0; i < 20; ++i)
    was_there(100 + i, "file", "/var/log/app-" + std::to_string(i) + ".log");
  was_there(200, "file", "/etc/passwd");
  was_there(201, "pipe", "/var/log/app-1.log");
  for (std::uint64_t i = 0; i < 5; ++i)
    opens(300 + i, leak, "file", "/var/log/app-9" + std::to_string(i) + ".log");
  const std::vector<report::Group> told = groups();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].outstanding, 5U) << "a guess counts for nothing else";
  EXPECT_EQ(told[0].probably_before.count, 20U);
  EXPECT_EQ(told[0].probably_before.like, "/var/log/app-*.log");
  EXPECT_DOUBLE_EQ(told[0].probably_before.share, 1.0);
}

TEST_F(Probably, WhereOthersOpenTheSameItIsThoseWhoOpenMostOfIt) {
  const model::StackId leak = recording.simple_stack("open_log");
  const model::StackId other = recording.simple_stack("open_other");
  was_there(100, "file", "/var/log/app-1.log");
  for (std::uint64_t i = 0; i < 3; ++i)
    opens(300 + i, leak, "file", "/var/log/app-" + std::to_string(i) + ".log");
  opens(310, other, "file", "/var/log/app-77.log");
  const std::vector<report::Group> told = groups();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].probably_before.count, 1U);
  EXPECT_DOUBLE_EQ(told[0].probably_before.share, 0.75);
  EXPECT_EQ(told[1].probably_before.count, 0U);
}

TEST_F(Probably, NothingIsSaidWhereItCouldAsWellBeOthers) {
  const model::StackId one = recording.simple_stack("one");
  const model::StackId two = recording.simple_stack("two");
  was_there(100, "eventfd", "anon_inode:[eventfd]");
  for (std::uint64_t i = 0; i < 4; ++i) {
    opens(300 + i, one, "eventfd", "anon_inode:[eventfd]");
    opens(400 + i, two, "eventfd", "anon_inode:[eventfd]");
  }
  for (const report::Group& group : groups()) EXPECT_EQ(group.probably_before.count, 0U);
}

TEST_F(Probably, AFewProveNothing) {
  const model::StackId leak = recording.simple_stack("open_log");
  was_there(100, "file", "/var/log/app-1.log");
  opens(300, leak, "file", "/var/log/app-2.log");
  opens(301, leak, "file", "/var/log/app-3.log");
  for (const report::Group& group : groups()) EXPECT_EQ(group.probably_before.count, 0U);
}

}  // namespace
}  // namespace ajar::analyze
