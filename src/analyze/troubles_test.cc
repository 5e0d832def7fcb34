// Bad closes and failed opens, through the analysis that collects them.
#include <gtest/gtest.h>

#include "analyze/fake_recording.h"

namespace ajar::analyze {
namespace {

using Kind = report::BadClose::Kind;

void bad_close(FakeRecording& recording, double time, std::uint64_t handle, model::StackId stack) {
  model::Event event = recording.event(model::EventKind::bad_reference, time, handle, stack);
  event.error = 9;
  recording.tell(event);
}

void bad_use(FakeRecording& recording, double time, std::uint64_t handle, model::StackId stack) {
  recording.tell(recording.event(model::EventKind::bad_use, time, handle, stack));
}

void failed_open(FakeRecording& recording, double time, model::StackId stack, int error,
                 const std::string& asked = "/x") {
  model::Event event = recording.event(model::EventKind::failed_open, time, 0, stack);
  event.error = error;
  event.text = recording.text(asked);
  event.call = recording.text("open64");
  recording.tell(event);
}

TEST(BadCloses, AHandleThatWasOpenBeforeIsClosedTwiceByAndAfterWhomIsSaid) {
  FakeRecording recording;
  recording.start();
  const model::StackId closer = recording.simple_stack("closes_first");
  const model::StackId again = recording.simple_stack("closes_again");
  recording.open(1, 3, recording.simple_stack("opens"));
  recording.close(2, 3, closer);
  bad_close(recording, 3, 3, again);
  bad_close(recording, 4, 3, again);
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  const report::BadClose& bad = process.bad_closes[0];
  EXPECT_EQ(bad.kind, Kind::closed_twice);
  EXPECT_EQ(bad.handle, 3U);
  EXPECT_EQ(bad.count, 2U);
  EXPECT_EQ(bad.stack[1].function, "closes_again");
  EXPECT_EQ(bad.closed_by.at(1).function, "closes_first");
  EXPECT_EQ(bad.opened_by.at(1).function, "opens");
}

TEST(BadCloses, TheFirstCloseMayArriveLater) {
  FakeRecording recording;
  recording.start();
  recording.open(1, 3, recording.simple_stack("opens"));
  bad_close(recording, 3, 3, recording.simple_stack("closes_again"));
  recording.close(2, 3, recording.simple_stack("closes_first"));
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  EXPECT_EQ(process.bad_closes[0].kind, Kind::closed_twice);
}

TEST(BadCloses, OfOneCodeAreOneWhateverCalledIt) {
  FakeRecording recording;
  recording.start();
  const model::ModuleId app = recording.module("/srv/app");
  const model::Frame closes = recording.frame(app, "closes");
  for (const char* caller : {"main", "worker"})
    bad_close(recording, 3, 77, recording.stack({closes, recording.frame(app, caller)}));
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  EXPECT_EQ(process.bad_closes[0].count, 2U);
}

TEST(BadUses, OfWhatWasClosedAreToldApartFromItsCloses) {
  FakeRecording recording;
  recording.start();
  const model::StackId reader = recording.simple_stack("reads");
  recording.open(1, 3, recording.simple_stack("opens"));
  recording.close(2, 3, recording.simple_stack("closes"));
  bad_use(recording, 3, 3, reader);
  bad_use(recording, 4, 3, reader);
  bad_close(recording, 5, 3, recording.simple_stack("closes_again"));
  const report::Process process = recording.only_process(6);
  ASSERT_EQ(process.bad_closes.size(), 2U);
  const report::BadClose& use = process.bad_closes[0];
  EXPECT_TRUE(use.is_use);
  EXPECT_EQ(use.kind, Kind::closed_twice);
  EXPECT_EQ(use.count, 2U);
  EXPECT_EQ(use.stack.at(1).function, "reads");
  EXPECT_EQ(use.closed_by.at(1).function, "closes");
  EXPECT_EQ(use.opened_by.at(1).function, "opens");
  EXPECT_FALSE(process.bad_closes[1].is_use);
}

TEST(BadUses, OfNumbersInARowAreNoSweep) {
  FakeRecording recording;
  recording.start();
  const model::StackId tells_all = recording.simple_stack("tells_all");
  for (std::uint64_t number = 50; number < 70; ++number) bad_use(recording, 1, number, tells_all);
  const report::Process process = recording.only_process(6);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  EXPECT_FALSE(process.bad_closes[0].noise);
  EXPECT_FALSE(process.bad_closes[0].sweep);
}

TEST(BadUses, OfSyslogAreNoise) {
  FakeRecording recording;
  recording.start();
  const model::ModuleId libc = recording.module("/usr/lib/x86_64-linux-gnu/libc.so.6");
  const model::StackId logs = recording.stack(
      {recording.frame(libc, "send"), recording.frame(libc, "__vsyslog_internal"),
       recording.frame(libc, "syslog"), recording.frame(recording.module("/srv/app"), "logs")});
  bad_use(recording, 1, 3, logs);
  const report::Process process = recording.only_process(6);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  EXPECT_TRUE(process.bad_closes[0].noise);
}

// Who reads what it has closed itself has been robbed by nobody.
TEST(BadUses, AreNoProofOfATheft) {
  FakeRecording recording;
  recording.start();
  const model::StackId opener = recording.simple_stack("opens");
  const model::StackId other = recording.simple_stack("opens_another");
  const model::StackId closer = recording.simple_stack("closes");
  recording.open(1, 3, opener);
  recording.close(2, 3, closer);
  recording.open(3, 3, other);
  recording.close(4, 3, closer);
  bad_use(recording, 5, 3, recording.simple_stack("reads"));
  const report::Process process = recording.only_process(6);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  EXPECT_EQ(process.bad_closes[0].kind, Kind::closed_twice);
}

TEST(BadCloses, WhatWasNeverOpenIsSaidToBeSo) {
  FakeRecording recording;
  recording.start();
  bad_close(recording, 3, 4711, recording.simple_stack("closes"));
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  EXPECT_EQ(process.bad_closes[0].kind, Kind::not_open);
  EXPECT_TRUE(process.bad_closes[0].closed_by.empty());
  EXPECT_FALSE(process.bad_closes[0].sweep);
}

TEST(BadCloses, ClosingEveryNumberInARowIsASweep) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("daemonize");
  for (std::uint64_t fd = 3; fd < 5000; ++fd) bad_close(recording, 1, fd, stack);
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.bad_closes.size(), 1U);
  EXPECT_TRUE(process.bad_closes[0].sweep);
  EXPECT_TRUE(process.bad_closes[0].noise);
  EXPECT_EQ(process.bad_closes[0].count, 4997U);
}

TEST(BadCloses, OfWhatAnotherTookAreTheThiefs) {
  FakeRecording recording;
  recording.start();
  const model::StackId cache = recording.simple_stack("open_cache");
  const model::StackId close_cache = recording.simple_stack("close_cache");
  const model::StackId close_journal = recording.simple_stack("close_journal");
  for (int i = 0; i < 8; ++i) {
    recording.open(0.1 + 0.1 * i, 4, recording.simple_stack("open_journal"));
    recording.close(0.15 + 0.1 * i, 4, close_journal);
  }
  for (int i = 0; i < 3; ++i) {
    recording.open(1 + i, 3, cache);
    recording.close(1.1 + i, 3, close_cache);
    recording.open(1.2 + i, 3, recording.simple_stack("open_journal"));
    recording.close(1.3 + i, 3, close_cache);
    bad_close(recording, 1.4 + i, 3, close_journal);
  }
  const report::Process process = recording.only_process(5);
  std::uint64_t count = 0;
  for (const report::BadClose& each : process.bad_closes) {
    EXPECT_EQ(each.kind, Kind::closes_anothers);
    count += each.count;
  }
  EXPECT_EQ(count, 3U);
  const report::BadClose& bad = process.bad_closes.at(0);
  EXPECT_EQ(bad.kind, Kind::closes_anothers);
  EXPECT_EQ(bad.stack[1].function, "close_cache");
  EXPECT_EQ(bad.closed_by.at(1).function, "close_cache");
  EXPECT_EQ(bad.opened_by.at(1).function, "open_journal");
  EXPECT_EQ(bad.noticed_by.at(1).function, "close_journal");
}

// Daemons close whatever is open, and then do it again.
TEST(BadCloses, ASweepThatEndsAnothersHandleIsNoTheft) {
  FakeRecording recording;
  recording.start();
  const model::StackId sweep = recording.simple_stack("daemonize");
  double time = 1;
  for (const char* owner : {"open_config", "open_log"}) {
    recording.open(time, 5, recording.simple_stack(owner));
    for (std::uint64_t fd = 3; fd < 20; ++fd) {
      time += 0.01;
      fd == 5 ? recording.close(time, fd, sweep) : bad_close(recording, time, fd, sweep);
    }
  }
  bad_close(recording, 4, 5, recording.simple_stack("close_log"));
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.bad_closes.size(), 2U);
  EXPECT_EQ(process.bad_closes[0].kind, Kind::closed_twice);
  EXPECT_EQ(process.bad_closes[0].stack[1].function, "close_log");
  EXPECT_TRUE(process.bad_closes[1].sweep);
}

TEST(BadCloses, AShellsAreNoise) {
  FakeRecording recording;
  recording.start();
  const model::ModuleId shell = recording.module("/usr/bin/bash");
  bad_close(recording, 1, 7, recording.stack({recording.frame(shell, "close_pipes")}));
  bad_close(recording, 2, 7, recording.simple_stack("f"));
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.bad_closes.size(), 2U);
  EXPECT_FALSE(process.bad_closes[0].noise);
  EXPECT_TRUE(process.bad_closes[1].noise);
}

TEST(BadCloses, AnImpliedCloseOfNothingIsNone) {
  FakeRecording recording;
  recording.start();
  recording.duplicate(1, 5, 1, recording.simple_stack("f"));
  EXPECT_TRUE(recording.only_process(2).bad_closes.empty());
}

TEST(FailedOpens, AreGroupedByStackAndErrorTheLimitFirst) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("load");
  for (int i = 0; i < 10; ++i) failed_open(recording, 1 + i, stack, 2, "/etc/app.conf");
  failed_open(recording, 5, stack, 24, "/data");
  failed_open(recording, 6, stack, 24, "/data2");
  const report::Process process = recording.only_process(20);
  ASSERT_EQ(process.failed_opens.size(), 2U);
  EXPECT_EQ(process.failed_opens[0].error, "EMFILE: too many open files");
  EXPECT_TRUE(process.failed_opens[0].at_limit);
  EXPECT_EQ(process.failed_opens[0].count, 2U);
  EXPECT_EQ(process.failed_opens[0].example, "/data");
  EXPECT_EQ(process.failed_opens[0].culprit->function, "load");
  EXPECT_NEAR(process.failed_opens[0].first_s, 5, 1e-9);
  EXPECT_NEAR(process.failed_opens[0].last_s, 6, 1e-9);
  EXPECT_EQ(process.failed_opens[1].count, 10U);
  EXPECT_FALSE(process.failed_opens[1].at_limit);
}

TEST(FailedOpens, BeyondAHundredGroupsAreOnlyCounted) {
  FakeRecording recording;
  recording.start();
  for (int i = 0; i < 150; ++i) failed_open(recording, 1, recording.simple_stack("f"), 2);
  const report::Process process = recording.only_process(20);
  EXPECT_EQ(process.failed_opens.size(), 100U);
  EXPECT_EQ(process.failed_opens_left_out.groups, 50U);
  EXPECT_EQ(process.failed_opens_left_out.count, 50U);
}

TEST(FailedOpens, AnErrorWithoutANameKeepsItsNumber) {
  FakeRecording recording;
  recording.start();
  failed_open(recording, 1, recording.simple_stack("f"), 4711);
  EXPECT_EQ(recording.only_process(2).failed_opens.at(0).error, "error 4711");
}

}  // namespace
}  // namespace ajar::analyze
