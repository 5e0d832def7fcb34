#include "analyze/analysis.h"

#include <gtest/gtest.h>

#include "analyze/fake_recording.h"
#include "model/windows_objects.h"

namespace ajar::analyze {
namespace {

using report::Verdict;
using Taken = model::Snapshot::Taken;
using Started = model::Image::Started;

TEST(Analysis, ALeakIsGroupedBlamedAndExplained) {
  FakeRecording recording;
  recording.start();
  const model::StackId leak = recording.simple_stack("fetch_rate(int)");
  std::vector<model::Handle> table = FakeRecording::streams();
  for (std::uint64_t i = 0; i < 100; ++i) {
    recording.open(0.5 + 0.1 * static_cast<double>(i), 3 + i, leak, "file", "/var/log/x");
    table.push_back(FakeRecording::handle(3 + i, "file", "/var/log/today"));
  }
  recording.snapshot(Taken::at_exit, 10.5, table);
  recording.process().ended = FakeRecording::at(10.6);
  recording.process().exit_status = 0;
  const report::Process process = recording.only_process(10.6);

  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.name, "shop-server");
  EXPECT_EQ(process.open, 103U);
  EXPECT_EQ(process.coverage.inherited, 3U);
  EXPECT_EQ(process.coverage.explained, 103U);
  EXPECT_EQ(process.coverage.compared, "exit");
  EXPECT_NEAR(process.coverage.seconds_before_end, 0.099, 1e-6);
  ASSERT_EQ(process.groups.size(), 1U);
  const report::Group& group = process.groups[0];
  EXPECT_EQ(group.verdict, Verdict::leak) << group.reason;
  EXPECT_EQ(group.outstanding, 100U);
  EXPECT_NEAR(group.rate_per_second, 10, 0.01);
  EXPECT_NEAR(group.oldest_s.value_or(0), 10.1, 0.001);
  EXPECT_NEAR(group.newest_s.value_or(0), 0.2, 0.001);
  ASSERT_TRUE(group.culprit.has_value());
  EXPECT_EQ(group.culprit->module, "shop-server");
  EXPECT_EQ(group.culprit->function, "fetch_rate(int)");
  EXPECT_EQ(group.handles[0].value, 3U);
  EXPECT_EQ(group.handles[0].name, "/var/log/today") << "the kernel's name, not what was asked for";
  EXPECT_NEAR(group.handles[0].opened_at_s.value_or(0), 0.5, 1e-9);
}

TEST(Analysis, AClosedRangeClosesWhatIsOpenInItAndNothingElse) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("open_some");
  for (std::uint64_t handle = 3; handle < 10; handle += 2) recording.open(1, handle, stack);
  recording.close_range(2, 4, 8);
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].outstanding, 2U);  // 3 and 9
  EXPECT_EQ(process.groups[0].closed, 2U);
  EXPECT_TRUE(process.bad_closes.empty());
  EXPECT_TRUE(adds_up(process));
}

TEST(Analysis, AnOpenThatArrivesAfterItsRangeWasClosedIsClosed) {
  FakeRecording recording;
  recording.start();
  recording.close_range(2, 3, 100);
  recording.open(1, 5, recording.simple_stack("opens_before"));
  recording.open(3, 6, recording.simple_stack("opens_after"));
  const report::Process process = recording.only_process(5);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].culprit->function, "opens_after");
  EXPECT_TRUE(adds_up(process));
}

TEST(Analysis, WhatWasOpenWhenTrackingBeganIsCountedApart) {
  FakeRecording recording({}, Started::attached);
  recording.start();
  recording.open(1, 3, recording.simple_stack("open_it"));
  const report::Process process = recording.only_process(2);
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.coverage.before_tracking, 3U);
  EXPECT_TRUE(process.attached);
  EXPECT_EQ(process.coverage.explained, 1U);
}

TEST(Analysis, AStandardStreamThatIsRestoredIsInheritedAgain) {
  for (const bool compared : {true, false}) {
    FakeRecording recording;
    recording.start();
    const model::StackId stack = recording.simple_stack("redirect");
    recording.duplicate(1, 5, 1, stack);
    recording.open(1.1, 6, stack, "file", "/tmp/out");
    recording.duplicate(1.2, 1, 6, stack);
    recording.close(1.3, 6);
    recording.duplicate(1.4, 1, 5, stack);
    recording.close(1.5, 5);
    if (compared) recording.snapshot(Taken::periodic, 2, FakeRecording::streams());
    const report::Process process = recording.only_process(3);
    EXPECT_TRUE(adds_up(process));
    EXPECT_TRUE(process.groups.empty());
    EXPECT_EQ(process.coverage.inherited, 3U);
  }
}

TEST(Analysis, AStandardStreamThatStaysRedirectedIsOpenedByTheRedirection) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("redirect");
  recording.open(1.1, 6, stack, "file", "/tmp/out");
  recording.duplicate(1.2, 1, 6, stack);
  recording.close(1.3, 6);
  const report::Process process = recording.only_process(3);
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.coverage.inherited, 2U);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].verdict, Verdict::one_off);
  EXPECT_EQ(process.groups[0].type, "file") << "of what it is a duplicate of";
  EXPECT_EQ(process.groups[0].handles[0].name, "/tmp/out");
}

TEST(Analysis, AForkedChildInheritsAndIsNotBlamed) {
  FakeRecording recording;
  recording.start();
  const model::TableId parent = recording.table();
  const model::StackId stack = recording.simple_stack("open_it");
  for (std::uint64_t i = 0; i < 20; ++i) recording.open(0.1 * static_cast<double>(i), 3 + i, stack);
  recording.new_process("/opt/shop-server", 4122, Started::fork, 2.5, parent);
  std::vector<model::Handle> table = FakeRecording::streams();
  for (std::uint64_t i = 0; i < 20; ++i) table.push_back(FakeRecording::handle(3 + i, "file"));
  recording.snapshot(Taken::at_start, 2.5, table);
  recording.close(2.6, 3);
  const report::Report report = recording.report(3);
  ASSERT_EQ(report.processes.size(), 2U);
  EXPECT_TRUE(adds_up(report.processes[1]));
  EXPECT_TRUE(report.processes[1].groups.empty());
  EXPECT_EQ(report.processes[1].coverage.inherited, 22U);
  const report::InheritedHandle& last = report.processes[1].coverage.inherited_handles.at(21);
  EXPECT_EQ(last.handle.value, 22U);
  ASSERT_TRUE(last.opened_by.has_value());
  EXPECT_EQ(last.opened_by->function, "open_it") << "what the parent's event told";
  EXPECT_EQ(report.processes[0].open, 23U) << "a child's close is not its parent's";
}

TEST(Analysis, AWindowsChildHasOfItsParentWhatIsMarkedSo) {
  FakeRecording recording;
  recording.world.origin.system = "Windows 10.0.19043 x86_64";
  recording.start();
  const model::TableId parent = recording.table();
  const model::StackId stack = recording.simple_stack("open_it");
  recording.open(0.1, 0x40, stack, "File", "C:\\shop\\log.txt");
  recording.open(0.2, 0x44, stack, "Event", "");
  recording.new_process("C:\\shop\\child.exe", 812, Started::exec, 1, parent);
  model::Handle inherited = FakeRecording::handle(0x40, "File");
  inherited.facts = {{.key = model::FactKey::attributes, .number = model::kInheritedByChildren, .text = {}}};
  model::Handle own = FakeRecording::handle(0x44, "Event");
  own.facts = {{.key = model::FactKey::attributes, .number = 0, .text = {}}};
  recording.snapshot(Taken::at_start, 1.1, {inherited, own});
  const report::Process child = recording.report(2).processes.at(1);
  ASSERT_EQ(child.coverage.inherited_handles.size(), 2U);
  EXPECT_EQ(child.coverage.inherited_handles[0].opened_by->function, "open_it");
  EXPECT_FALSE(child.coverage.inherited_handles[1].opened_by.has_value())
      << "its loader's, by chance of that number";
}

TEST(Analysis, WhatSurvivesExecIsInheritedByTheNewImage) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("open_it");
  recording.open(1, 3, stack);
  recording.open(1.1, 4, stack);
  recording.new_image("/usr/bin/other", Started::exec, 2);
  std::vector<model::Handle> table = FakeRecording::streams();
  table.push_back(FakeRecording::handle(4, "file"));
  recording.snapshot(Taken::at_start, 2, table);
  recording.open(2.5, 3, stack);
  const report::Process process = recording.only_process(3);
  EXPECT_TRUE(adds_up(process));
  EXPECT_EQ(process.name, "other");
  EXPECT_EQ(process.coverage.inherited, 4U);
  ASSERT_EQ(process.groups.size(), 1U);
  EXPECT_EQ(process.groups[0].opened, 1U) << "what the image before opened is not counted";
}

TEST(Analysis, LostEventsAreSaid) {
  FakeRecording recording;
  recording.start();
  recording.lose(7);
  recording.lose(5);
  EXPECT_EQ(recording.only_process(1).coverage.lost_events, 12U);
}

TEST(Analysis, AProcessThatWasNotTracedSaysWhy) {
  FakeRecording recording;
  recording.process().not_traced = "statically linked";
  EXPECT_EQ(recording.only_process(1).not_traced, "statically linked");
}

TEST(Analysis, AReportCanBeAskedForAgainAndAgain) {
  FakeRecording recording;
  recording.start();
  const model::StackId stack = recording.simple_stack("open_it");
  std::vector<model::Handle> table = FakeRecording::streams();
  recording.open(1, 3, stack);
  recording.snapshot(Taken::periodic, 2, table);
  EXPECT_EQ(recording.only_process(2.1).open, 3U);
  recording.open(2.2, 3, stack);
  EXPECT_EQ(recording.only_process(2.3).open, 4U);
  EXPECT_EQ(recording.only_process(2.3).open, 4U);
}

TEST(Fails, AsksForWhatItIsToldTo) {
  report::Report report;
  report.processes.emplace_back().groups.emplace_back().verdict = Verdict::one_off;
  EXPECT_FALSE(fails(report, ErrorOn::leak));
  EXPECT_FALSE(fails(report, ErrorOn::suspect));
  EXPECT_TRUE(fails(report, ErrorOn::any));
  report.processes[0].groups[0].verdict = Verdict::suspect;
  EXPECT_FALSE(fails(report, ErrorOn::leak));
  EXPECT_TRUE(fails(report, ErrorOn::suspect));
  report.processes[0].groups[0].verdict = Verdict::leak;
  EXPECT_TRUE(fails(report, ErrorOn::leak));
  report.processes[0].groups.clear();
  EXPECT_FALSE(fails(report, ErrorOn::any));
  report.processes[0].coverage.unseen_handles.emplace_back();
  EXPECT_TRUE(fails(report, ErrorOn::any)) << "opened since the start by nobody knows whom";
}

}  // namespace
}  // namespace ajar::analyze
