#include <gtest/gtest.h>

#include "analyze/fake_recording.h"

// What a report says of the time after a mark.
namespace ajar::analyze {
namespace {

using model::EventKind;
using report::Verdict;
using Taken = model::Snapshot::Taken;

constexpr double kMark = 10;

Options since_mark() {
  Options options;
  options.since = model::Mark{.id = model::MarkId{1}, .label = "before-login", .time = FakeWorld::at(kMark)};
  return options;
}

class Since : public testing::Test {
 protected:
  Since() { recording_.start(); }

  // Handles from `first` on, a second between them, by one function.
  void open_row(double from, std::uint64_t first, int count, model::StackId stack) {
    for (int i = 0; i < count; ++i) recording_.open(from + i, first + static_cast<std::uint64_t>(i), stack);
  }

  report::Process process(double end) {
    const report::Process process = recording_.only_process(end);
    EXPECT_TRUE(adds_up(process));
    return process;
  }

  FakeRecording recording_{since_mark()};
};

TEST_F(Since, WhatWasOpenAtTheMarkIsCountedAndInNoGroup) {
  const model::StackId stack = recording_.simple_stack("handle_request");
  open_row(1, 10, 7, stack);
  open_row(11, 20, 5, stack);
  const report::Process process = this->process(20);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].outstanding, 5U);
  EXPECT_EQ(process.groups[0].opened, 5U);
  EXPECT_EQ(process.groups[0].culprit->function, "handle_request");
  EXPECT_EQ(process.groups[0].handles.front().value, 20U);
  EXPECT_EQ(process.open, 3U + 7 + 5);
  EXPECT_EQ(process.coverage.before_mark, 3U + 7);
  EXPECT_EQ(process.coverage.inherited, 0U);
}

TEST_F(Since, ACodeThatLeakedBeforeAndNotSinceIsNotTold) {
  open_row(1, 10, 8, recording_.simple_stack("start_up"));
  open_row(12, 30, 2, recording_.simple_stack("log_in"));
  const report::Process process = this->process(20);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].culprit->function, "log_in");
}

TEST_F(Since, AHandleThatWasOpenedAtTheMarksOwnTimeWasBeforeIt) {
  recording_.open(kMark, 10, recording_.simple_stack("f"));
  EXPECT_TRUE(process(20).groups.empty());
}

TEST_F(Since, OnlyClosesOfWhatWasOpenedSinceAreCounted) {
  const model::StackId stack = recording_.simple_stack("f");
  open_row(1, 10, 4, stack);
  open_row(11, 20, 4, stack);
  recording_.close(16, 10);
  recording_.close(16.5, 20);
  const report::Process process = this->process(20);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].opened, 4U);
  EXPECT_EQ(process.groups[0].closed, 1U);
  EXPECT_EQ(process.groups[0].outstanding, 3U);
}

TEST_F(Since, ANumberThatWasClosedAndOpenedAgainIsNew) {
  const model::StackId stack = recording_.simple_stack("f");
  recording_.open(1, 10, stack);
  recording_.close(11, 10);
  recording_.open(12, 10, stack);
  ASSERT_EQ(process(20).groups.size(), 1U);
  EXPECT_EQ(process(20).coverage.before_mark, 3U);
}

// Events come nearly in order: those of the time before may arrive behind later ones.
TEST_F(Since, TheTimesOfEventsCountAndNotWhenTheyArrive) {
  const model::StackId stack = recording_.simple_stack("f");
  recording_.open(11, 20, stack);
  recording_.open(9.9, 10, stack);
  const report::Process process = this->process(20);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].handles.front().value, 20U);
  EXPECT_EQ(process.coverage.before_mark, 4U);
}

TEST_F(Since, TheVerdictIsOnTheTimeSinceTheMark) {
  recording_.open(1, 10, recording_.simple_stack("f"));
  recording_.open(15, 11, recording_.simple_stack("g"));
  const report::Process process = this->process(30);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].verdict, Verdict::one_off);
  EXPECT_EQ(process.groups[0].reason, "opened once, 5.0 s after the mark, and kept");
}

TEST_F(Since, GrowthIsMeasuredFromTheMark) {
  const model::StackId stack = recording_.simple_stack("f");
  open_row(1, 100, 5, stack);
  for (int i = 0; i < 100; ++i)
    recording_.open(kMark + 0.1 + i * 0.1, 200 + static_cast<std::uint64_t>(i), stack);
  const report::Process process = this->process(20.05);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].verdict, Verdict::leak);
  EXPECT_TRUE(process.groups[0].growing);
  EXPECT_NEAR(process.groups[0].rate_per_second, 10, 0.5);
}

TEST_F(Since, WhatNobodySawOpenedIsBeforeTheMarkWhereATableOfThatTimeHasIt) {
  auto handles = FakeRecording::streams();
  handles.push_back(FakeWorld::handle(40, "file", "/early"));
  recording_.snapshot(Taken::on_request, 9, handles);
  handles.push_back(FakeWorld::handle(41, "file", "/late"));
  recording_.snapshot(Taken::on_request, 15, handles);
  const report::Process process = this->process(20);
  EXPECT_EQ(process.coverage.before_mark, 4U);
  ASSERT_EQ(process.coverage.unseen_handles.size(), 1U);
  EXPECT_EQ(process.coverage.unseen_handles[0].name, "/late");
}

TEST_F(Since, AStreamThatIsRedirectedAndRestoredIsNotNew) {
  const model::StackId stack = recording_.simple_stack("f");
  recording_.duplicate(11, 10, 1, stack);
  recording_.duplicate(12, 1, 10, stack);
  recording_.close(13, 10);
  const report::Process process = this->process(20);
  EXPECT_TRUE(process.groups.empty());
  EXPECT_EQ(process.coverage.before_mark, 3U);
}

TEST_F(Since, AProcessThatCameLaterIsToldAsAlways) {
  const model::TableId parent = recording_.table();
  recording_.open(2, 10, recording_.simple_stack("f"));
  recording_.new_process("/opt/worker", 4122, FakeWorld::Started::fork, 12, parent);
  auto handles = FakeRecording::streams();
  handles.push_back(FakeWorld::handle(10, "file", "/x"));
  recording_.snapshot(Taken::at_start, 12, handles);
  recording_.open(13, 11, recording_.simple_stack("g"));
  const report::Report report = recording_.report(20);
  ASSERT_EQ(report.processes.size(), 2U);
  EXPECT_EQ(report.processes[1].coverage.inherited, 4U);
  EXPECT_EQ(report.processes[1].coverage.before_mark, 0U);
  ASSERT_EQ(report.processes[1].groups.size(), 1U);
  EXPECT_TRUE(adds_up(report.processes[1]));
}

TEST_F(Since, AProcessThatHadEndedIsNotTold) {
  recording_.process().ended = FakeWorld::at(9);
  EXPECT_TRUE(recording_.report(20).processes.empty());
}

TEST_F(Since, BadClosesAndFailedOpensBeforeTheMarkAreNotTold) {
  const model::StackId stack = recording_.simple_stack("f");
  for (const double time : {5.0, 15.0}) {
    model::Event event = recording_.event(EventKind::bad_reference, time, 77, stack);
    event.error = 9;
    recording_.tell(event);
    event.kind = EventKind::failed_open;
    event.error = 24;
    recording_.tell(event);
  }
  const report::Process process = this->process(20);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  EXPECT_EQ(process.bad_closes[0].count, 1U);
  ASSERT_EQ(process.failed_opens.size(), 1U);
  EXPECT_EQ(process.failed_opens[0].count, 1U);
}

TEST_F(Since, TheReportSaysWhichMarksThereAreAndAtWhichItBegins) {
  recording_.mark("before-login", kMark);
  recording_.mark("after-login", 12);
  const report::Report report = recording_.report(20);
  ASSERT_EQ(report.marks.size(), 2U);
  EXPECT_EQ(report.marks[1].label, "after-login");
  EXPECT_EQ(report.marks[1].at_s, 12);
  ASSERT_TRUE(report.since.has_value());
  EXPECT_EQ(report.since->label, "before-login");
  EXPECT_EQ(report.since->at_s, kMark);
}

}  // namespace
}  // namespace ajar::analyze
