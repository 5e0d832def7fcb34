// Programs that close everything as they end, through the analysis as a whole.
#include <gtest/gtest.h>

#include "analyze/fake_recording.h"

namespace ajar::analyze {
namespace {

using report::Verdict;
using Taken = model::Snapshot::Taken;

// A process that lives for 60 seconds, and ends by itself.
class Ending60 : public testing::Test {
 protected:
  Ending60() { recording_.start(); }

  // Of `count` handles, one each `gap` seconds from `from` on.
  void open_row(double from, double gap, int count, const char* by = "fetch") {
    const model::StackId stack = recording_.simple_stack(by);
    for (int i = 0; i < count; ++i) recording_.open(from + gap * i, next_++, stack);
  }

  void close_all(double at) {
    const model::StackId stack = recording_.simple_stack("clean_up");
    for (std::uint64_t handle = 10; handle < next_; ++handle)
      recording_.close(at + 1e-6 * static_cast<double>(handle), handle, stack);
  }

  report::Process end() {
    recording_.snapshot(Taken::at_exit, 60, FakeRecording::streams());
    recording_.process().ended = FakeRecording::at(60.01);
    recording_.process().exit_status = 0;
    report::Process process = recording_.only_process(60.01);
    EXPECT_TRUE(adds_up(process));
    return process;
  }

  FakeRecording recording_;
  std::uint64_t next_ = 10;
};

TEST_F(Ending60, AfterGrowthToTheLastIsALeakAlthoughAllIsClosed) {
  open_row(0.5, 0.59, 100);
  close_all(59.9);
  const report::Process process = end();
  ASSERT_EQ(process.groups.size(), 1U);
  const report::Group& group = process.groups[0];
  EXPECT_EQ(group.verdict, Verdict::leak);
  EXPECT_EQ(
      group.reason,
      "opens go on to the end of the run, the last 1.0 s before it, and none was closed until the program "
      "ended, which closed 100");
  EXPECT_EQ(group.outstanding, 0U);
  EXPECT_EQ(group.closed_at_end, 100U);
  EXPECT_EQ(group.closed, 100U);
  EXPECT_EQ(group.type, "file");
  EXPECT_EQ(group.culprit->function, "fetch");
  EXPECT_NEAR(group.oldest_s.value_or(0), 59.4, 0.01);
  EXPECT_EQ(process.closed_at_end, 100U);
  EXPECT_EQ(process.open, 3U);
}

TEST_F(Ending60, CountsAsALeakForEveryKindOfFailure) {
  open_row(0.5, 0.59, 100);
  close_all(59.9);
  end();
  const report::Report report = recording_.report(60.01);
  EXPECT_TRUE(fails(report, ErrorOn::leak));
  EXPECT_TRUE(fails(report, ErrorOn::suspect));
  EXPECT_TRUE(fails(report, ErrorOn::any));
}

TEST_F(Ending60, WithAPoolThatWasFilledAtTheStartIsRight) {
  open_row(0.2, 0.001, 20);
  close_all(59.9);
  const report::Process process = end();
  EXPECT_TRUE(process.groups.empty());
  EXPECT_EQ(process.closed_at_end, 20U);
  EXPECT_FALSE(fails(recording_.report(60.01), ErrorOn::any));
}

TEST_F(Ending60, WithWhatWasOpenedOnceIsRight) {
  open_row(30, 1, 1);
  close_all(59.9);
  EXPECT_TRUE(end().groups.empty());
}

// A linker opens its inputs one after the other, works on them, and closes them when it is done.
TEST_F(Ending60, AfterWorkOnWhatWasOpenedFirstIsRight) {
  open_row(0.5, 0.1, 100);
  close_all(59.9);
  EXPECT_TRUE(end().groups.empty());
}

// All at once and right before: nobody can tell from it how the program lives.
TEST_F(Ending60, AfterABurstIsRight) {
  open_row(59.5, 0.001, 100);
  close_all(59.9);
  EXPECT_TRUE(end().groups.empty());
}

TEST_F(Ending60, IsNotTheEndWhereTheClosesCameLongBefore) {
  open_row(0.5, 0.4, 100);
  close_all(45);
  const report::Process process = end();
  EXPECT_TRUE(process.groups.empty());
  EXPECT_EQ(process.closed_at_end, 0U);
}

TEST_F(Ending60, MayOpenAFewMeanwhile) {
  open_row(0.5, 0.59, 100);
  close_all(59.9);
  const model::StackId save = recording_.simple_stack("save_state");
  recording_.open(59.95, 500, save);
  recording_.close(59.96, 500, save);
  const report::Process process = end();
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].closed_at_end, 100U);
  EXPECT_EQ(process.closed_at_end, 100U);
}

TEST_F(Ending60, ThatForgetsOneOfManyDoesNotMakeItAPool) {
  open_row(0.5, 0.59, 100);
  --next_;
  close_all(59.9);
  std::vector<model::Handle> left = FakeRecording::streams();
  left.push_back(FakeRecording::handle(next_, "file"));
  recording_.snapshot(Taken::at_exit, 60, left);
  recording_.process().ended = FakeRecording::at(60.01);
  recording_.process().exit_status = 0;
  const report::Process process = recording_.only_process(60.01);
  EXPECT_TRUE(adds_up(process));
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].verdict, Verdict::leak) << process.groups[0].reason;
  EXPECT_EQ(process.groups[0].outstanding, 1U);
  EXPECT_EQ(process.groups[0].closed_at_end, 99U);
}

TEST_F(Ending60, ByASignalIsNoEndOfItsOwn) {
  open_row(0.5, 0.59, 100);
  close_all(59.9);
  recording_.process().ended = FakeRecording::at(60);
  recording_.process().killed_by_signal = 9;
  EXPECT_TRUE(recording_.only_process(60).groups.empty());
}

TEST_F(Ending60, HasNotComeWhileTheProcessRuns) {
  open_row(0.5, 0.59, 100);
  close_all(59.9);
  EXPECT_TRUE(recording_.only_process(60).groups.empty());
}

TEST_F(Ending60, LeavesTheCountsOfAnOrdinaryLifeAlone) {
  const model::StackId stack = recording_.simple_stack("read_page");
  for (int i = 0; i < 1000; ++i) {
    recording_.open(0.05 * i, 10, stack);
    recording_.close(0.05 * i + 0.01, 10, stack);
  }
  EXPECT_TRUE(end().groups.empty());
}

TEST_F(Ending60, RanksAfterALeakOfEqualCountThatStaysOpen) {
  std::vector<model::Handle> left = FakeRecording::streams();
  const model::StackId open = recording_.simple_stack("z_forgotten");
  for (std::uint64_t i = 0; i < 50; ++i) {
    recording_.open(0.6 + 1.18 * static_cast<double>(i), 200 + i, open);
    left.push_back(FakeRecording::handle(200 + i, "file"));
  }
  open_row(0.5, 1.18, 50, "closed");
  close_all(59.9);
  recording_.snapshot(Taken::at_exit, 60, left);
  recording_.process().ended = FakeRecording::at(60.01);
  recording_.process().exit_status = 0;
  const report::Process process = recording_.only_process(60.01);
  EXPECT_TRUE(adds_up(process));
  ASSERT_EQ(process.groups.size(), 2U);
  EXPECT_EQ(process.groups[0].culprit->function, "z_forgotten");
}

}  // namespace
}  // namespace ajar::analyze
