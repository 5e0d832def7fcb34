#include <gtest/gtest.h>

#include <vector>

#include "analyze/analysis.h"
#include "analyze/fake_recording.h"

// What events tell is compared with the tables that the kernel shows.
namespace ajar::analyze {
namespace {

using Taken = model::Snapshot::Taken;

TEST(Reconcile, WhatASnapshotNoLongerHasWasClosedUnseen) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("open_it");
  recording.open(1, 3, stack);
  recording.open(2, 4, stack);
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(4, "file"));
  recording.snapshot(Taken::periodic, 3, table);
  const report::Process process = recording.only_process(5);
  EXPECT_TRUE(adds_up(process));
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].outstanding, 1U);
  EXPECT_EQ(process.groups[0].closed, 1U);
  EXPECT_EQ(process.coverage.compared, "periodic");
  EXPECT_NEAR(process.coverage.seconds_before_end, 1.999, 1e-6);
}

TEST(Reconcile, AnIncompleteSnapshotClosesNothing) {
  FakeRecording recording;
  recording.start();
  recording.open(1, 3, recording.simple_stack("open_it"));
  recording.snapshot(Taken::periodic, 2, {FakeRecording::handle(0, "tty", "/dev/pts/0")}, false);
  EXPECT_EQ(recording.only_process(3).open, 4U);
}

TEST(Reconcile, WhatOnlyTheTableHasIsUnseenWithItsNameAndType) {
  FakeRecording recording;
  recording.start();
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(7, "pipe", "pipe:[42]"));
  recording.snapshot(Taken::periodic, 3, table);
  const report::Process process = recording.only_process(5);
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.coverage.unseen, 1U);
  EXPECT_EQ(process.coverage.explained, 3U);
  ASSERT_EQ(process.coverage.unseen_handles.size(), 1U);
  EXPECT_EQ(process.coverage.unseen_handles[0].type, "pipe");
  EXPECT_EQ(process.coverage.unseen_handles[0].name, "pipe:[42]");
  EXPECT_EQ(process.coverage.unseen_because, report::Unseen::past_the_library);
}

TEST(Reconcile, SaysHowUnseenHandlesMayHaveComeToBe) {
  FakeRecording recording;
  recording.start();
  EXPECT_EQ(recording.only_process(1).coverage.unseen_because, report::Unseen::none);
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(7, "file", "/etc/passwd"));
  table.push_back(FakeRecording::handle(8, "io_uring", "anon_inode:[io_uring]"));
  recording.snapshot(Taken::periodic, 3, table);
  EXPECT_EQ(recording.only_process(5).coverage.unseen_because, report::Unseen::io_uring);
  recording.lose(1);
  EXPECT_EQ(recording.only_process(5).coverage.unseen_because, report::Unseen::events_lost);
}

TEST(Reconcile, AnUnseenHandleThatTheNextSnapshotNoLongerHasIsGone) {
  FakeRecording recording;
  recording.start();
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(7, "pipe"));
  recording.snapshot(Taken::periodic, 3, table);
  recording.snapshot(Taken::periodic, 4, FakeRecording::streams());
  EXPECT_EQ(recording.only_process(5).open, 3U);
}

TEST(Reconcile, AnotherTypeInTheTableMeansThatTheEventsHandleWasReplaced) {
  FakeRecording recording;
  recording.start();
  recording.open(1, 3, recording.simple_stack("open_it"), "file");
  recording.open(1, 4, recording.simple_stack("open_dir"), "file");
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(3, "pipe"));
  table.push_back(FakeRecording::handle(4, "directory", "/var"));
  recording.snapshot(Taken::periodic, 3, table);
  const report::Process process = recording.only_process(5);
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.coverage.unseen, 1U);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].type, "directory") << "the table knows better what was opened";
}

TEST(Reconcile, WhatHappensDuringASnapshotIsLeftAlone) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("open_it");
  recording.open(1, 3, stack);
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(3, "file"));
  table.push_back(FakeRecording::handle(4, "file"));
  recording.snapshot(Taken::periodic, 3, table);
  recording.close(3.0005, 3);        // read before it was closed
  recording.open(3.0009, 4, stack);  // the event comes after the table had it
  recording.open(3.0005, 5, stack);  // read before it was there
  const report::Process process = recording.only_process(5);
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.coverage.unseen, 0U);
  EXPECT_EQ(process.open, 5U);
}

// Handle 3 is closed and, by nobody who was seen, opened again a moment before the process reads its table at
// its end.
report::Process closed_just_before_the_end(model::ThreadId opener, model::ThreadId closer) {
  FakeRecording recording;
  recording.start();
  model::Event opening = recording.event(model::EventKind::open, 1, 3, recording.simple_stack("open_it"));
  opening.thread = opener;
  recording.tell(opening);
  model::Event closing = recording.event(model::EventKind::close, 4.9995, 3, {});
  closing.thread = closer;
  recording.tell(closing);
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(3, "file"));
  recording.snapshot(Taken::at_exit, 5, table);
  return recording.only_process(5.1);
}

TEST(Reconcile, AOneThreadedProgramsLastTableIsBelievedToTheLastMoment) {
  const report::Process process = closed_just_before_the_end(model::ThreadId(1), model::ThreadId(1));
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.open, 4U);
  EXPECT_EQ(process.coverage.unseen, 1U);
}

TEST(Reconcile, WhereAnotherThreadWasClosingAtTheEndTheCloseIsBelieved) {
  const report::Process process = closed_just_before_the_end(model::ThreadId(1), model::ThreadId(2));
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.open, 3U);
}

TEST(Reconcile, EventsThatArriveAfterASnapshotStillExplainIt) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("open_it");
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(3, "file"));
  recording.snapshot(Taken::periodic, 3, table);
  recording.open(2.5, 3, stack);
  const report::Process process = recording.only_process(3.1);
  EXPECT_EQ(process.coverage.unseen, 0U);
  EXPECT_EQ(process.coverage.explained, 4U);
}

TEST(Reconcile, WithoutAnySnapshotAfterTheFirstItSaysNever) {
  FakeRecording recording;
  recording.start();
  recording.open(1, 3, recording.simple_stack("open_it"));
  const report::Process process = recording.only_process(2);
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.coverage.compared, "never");
}

}  // namespace
}  // namespace ajar::analyze
