#include <gtest/gtest.h>

#include "capture/testing/read_segment.h"

namespace ajar::capture::preload {
namespace {

using segment::CounterClock;
using testing::MadeSegment;
using testing::WorldRecorder;

TEST(SegmentReader, ARecordLikeAnEarlierOneIsTheSameEventAtAnotherTime) {
  MadeSegment segment;
  WorldRecorder recorder;
  const std::string_view paths[] = {"/etc/passwd", "/etc/passwd", "/etc/passwx", "/etc/passwd"};
  ajar_event event = event_of(AJAR_EFFECT_OPEN, kEntry_open, 5);
  event.payload = AJAR_PAYLOAD_TEXT;
  for (const std::string_view path : paths) {
    ++event.record.time;
    event.payload_length = static_cast<ajar_u16>(path.size());
    segment.add(event, AJAR_RECORD_EVENT, path);
  }
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), std::size(paths));
  for (std::size_t i = 0; i < std::size(paths); ++i) {
    EXPECT_EQ(recorder.world().text(recorder.events[i].text), paths[i]);
    EXPECT_EQ(recorder.events[i].time.count(), 1001 + static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(recorder.told_again, 1U);
}

TEST(SegmentReader, ARecordOfANewThreadWithAnOldNumberIsTheNewThreads) {
  MadeSegment segment;
  WorldRecorder recorder;
  ajar_thread thread{};
  thread.tid = 99;
  for (int i = 0; i < 2; ++i) {
    segment.add(thread, AJAR_RECORD_THREAD);
    segment.add(event_of(AJAR_EFFECT_CLOSE, kEntry_close, 5), AJAR_RECORD_EVENT);
  }
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 2U);
  EXPECT_NE(recorder.events[0].thread, recorder.events[1].thread);
}

TEST(SegmentReader, ANumberThatOneThreadClosesAndAnotherGetsIsClosedFirst) {
  MadeSegment segment;
  WorldRecorder recorder;
  const auto add = [&](ajar_effect effect, std::uint64_t time, std::uint32_t lane) {
    ajar_event event = event_of(effect, effect == AJAR_EFFECT_CLOSE ? kEntry_close : kEntry_open, 5);
    event.record.time = time;
    event.tid = lane;
    segment.add(event, AJAR_RECORD_EVENT, {}, lane);
  };
  add(AJAR_EFFECT_OPEN, 1000, 1);
  add(AJAR_EFFECT_CLOSE, 1020, 1);
  add(AJAR_EFFECT_OPEN, 1030, 1);
  add(AJAR_EFFECT_OPEN, 1010, 2);
  add(AJAR_EFFECT_CLOSE, 1005, 3);
  add(AJAR_EFFECT_CLOSE, 1040, 3);
  reader_of(segment, recorder)->read(false);
  using enum model::EventKind;
  const std::pair<std::int64_t, model::EventKind> expected[] = {{1000, open},  {1005, close}, {1010, open},
                                                                {1020, close}, {1030, open},  {1040, close}};
  ASSERT_EQ(recorder.events.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(recorder.events[i].time.count(), expected[i].first);
    EXPECT_EQ(recorder.events[i].kind, expected[i].second);
  }
}

// The event with the managed frames' node behind it.
void add_managed_event(MadeSegment& segment, std::uint32_t stack, std::uint64_t managed) {
  ajar_event event = event_of(AJAR_EFFECT_OPEN, kEntry_open, 5);
  event.stack = stack;
  event.managed = AJAR_MANAGED_WHOLE;
  segment.add(event, AJAR_RECORD_EVENT, {reinterpret_cast<const char*>(&managed), sizeof(managed)});
}

TEST(SegmentReader, FramesOfARuntimeStandWhereItsLoopRunsThem) {
  MadeSegment segment;
  WorldRecorder recorder;
  segment.add_node(1, 0, 0, AJAR_NODE_ROOT);                             // 1
  segment.add_node(0x1000, 1, 0, AJAR_NODE_CALL);                        // 2
  segment.add_node(0x2000, 2, 0, AJAR_NODE_RUNS_MANAGED);                // 3
  segment.add_node(0x3000, 3, 0, AJAR_NODE_CALL);                        // 4
  segment.add_node(5, 0, 0, AJAR_NODE_ROOT);                             // 5
  segment.add_node(AJAR_MANAGED_PC(7, false), 5, 0, AJAR_NODE_MANAGED);  // 6
  segment.add_node(AJAR_MANAGED_PC(9, true), 6, 0, AJAR_NODE_MANAGED);   // 7
  constexpr std::string_view kFunction = "load_config";
  constexpr std::string_view kFile = "app.py";
  ajar_place place{};
  place.place = 7;
  place.line = 88;
  place.function_length = kFunction.size();
  place.file_length = kFile.size();
  segment.add(place, AJAR_RECORD_PLACE, std::string(kFunction) + std::string(kFile));
  add_managed_event(segment, 4, 7);
  add_managed_event(segment, 4, 77);  // a victim may write anything
  add_managed_event(segment, 4, ~std::uint64_t{0});
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 3U);
  const auto frames = recorder.world().frames(recorder.events[0].stack);
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(frames[0].offset, 0x1000U);
  EXPECT_EQ(recorder.world().text(frames[1].function), kFunction);
  EXPECT_EQ(recorder.world().text(frames[1].file), kFile);
  EXPECT_EQ(frames[1].line, 88U);
  EXPECT_EQ(frames[2].marker, model::Marker::unseen) << "a place that was not told";
  EXPECT_EQ(frames[3].offset, 0x3000U);
  EXPECT_EQ(recorder.world().frames(recorder.events[1].stack).size(), 3U);
  EXPECT_EQ(recorder.events[2].stack, recorder.events[1].stack);
}

TEST(SegmentReader, WhatTheProcessorsCounterSaysIsTurnedIntoTheTime) {
  MadeSegment segment;
  segment.header().clock = AJAR_CLOCK_COUNTER;
  WorldRecorder recorder;
  CounterClock counter;
  counter.add({.count = 1000, .ns = 50'000});
  counter.add({.count = 3000, .ns = 51'000});
  ajar_event event = event_of(AJAR_EFFECT_REPLACE, kEntry_dup2, 5);
  const std::uint64_t before = 1500;
  event.record.time = 2000;
  event.payload = AJAR_PAYLOAD_BEFORE;
  event.payload_length = sizeof(before);
  segment.add(event, AJAR_RECORD_EVENT, {reinterpret_cast<const char*>(&before), sizeof(before)});
  ajar_child child{};
  child.record.time = 2500;
  child.how = AJAR_CHILD_FORK;
  segment.add(child, AJAR_RECORD_CHILD);
  const auto reader = reader_of(segment, recorder, nullptr, counter);
  reader->read(false);
  ASSERT_EQ(recorder.events.size(), 2U);
  EXPECT_EQ(recorder.events[0].time.count(), 50'250);
  EXPECT_EQ(recorder.events[1].time.count(), 50'500);
  const auto said = reader->take_announcements();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].time, 50'750U);
}

TEST(SegmentReader, CodeIsKnownToEventsOfOtherThreadsWithEarlierTimes) {
  MadeSegment segment;
  WorldRecorder recorder;
  segment.add_node(1, 0, 0, AJAR_NODE_ROOT);
  segment.add_node(0x400123, 1, 1, AJAR_NODE_CALL);
  ajar_event event = event_of(AJAR_EFFECT_CLOSE, kEntry_close, 5);
  event.stack = 2;
  segment.add(event, AJAR_RECORD_EVENT, {}, 3);
  add_module(segment, 1, 0x400000, "/usr/lib/libx.so", 2000);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 1U);
  const auto frames = recorder.world().frames(recorder.events[0].stack);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_FALSE(frames[0].module.none());
  EXPECT_EQ(frames[0].offset, 0x123U);
}

TEST(SegmentReader, ALoneFrameIsOfTheModuleThatWasThereAtItsTime) {
  MadeSegment segment;
  WorldRecorder recorder;
  add_module(segment, 1, 0x400000, "/tmp/before.so", 500);
  ajar_module_gone gone{};
  gone.generation = 1;
  gone.record.time = 1500;
  segment.add(gone, AJAR_RECORD_MODULE_GONE);
  add_module(segment, 2, 0x400000, "/tmp/after.so", 1600);
  const std::uint64_t pc = 0x400777;
  const std::string_view raw(reinterpret_cast<const char*>(&pc), sizeof(pc));
  for (const std::uint64_t time : {1000U, 2000U}) {
    ajar_event event = event_of(AJAR_EFFECT_CLOSE, kEntry_close, 5);
    event.record.time = time;
    event.raw_frames = 1;
    segment.add(event, AJAR_RECORD_EVENT, raw);
  }
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 2U);
  const auto path_of = [&](const model::Event& event) {
    const model::World& world = recorder.world();
    for (const model::Frame& frame : world.frames(event.stack)) {
      if (!frame.module.none()) return world.modules.find(frame.module)->path;
    }
    return std::string();
  };
  EXPECT_EQ(path_of(recorder.events[0]), "/tmp/before.so");
  EXPECT_EQ(path_of(recorder.events[1]), "/tmp/after.so");
}

TEST(SegmentReader, AForkedChildsStacksGoOnFromItsParents) {
  MadeSegment parent_segment;
  WorldRecorder recorder;
  parent_segment.add_node(1, 0, 0, AJAR_NODE_ROOT);
  parent_segment.add_node(0x111, 1, 0, AJAR_NODE_CALL);
  ajar_event in_parent = event_of(AJAR_EFFECT_OPEN, kEntry_dup, 3);
  in_parent.stack = 2;
  parent_segment.add(in_parent, AJAR_RECORD_EVENT);
  const auto parent = reader_of(parent_segment, recorder);
  parent->read(false);

  MadeSegment child_segment;
  child_segment.header().node_base = 2;
  child_segment.add_node(0x222, 2, 0, AJAR_NODE_CALL);
  ajar_event in_child = event_of(AJAR_EFFECT_OPEN, kEntry_dup, 4);
  in_child.stack = 3;
  child_segment.add(in_child, AJAR_RECORD_EVENT);
  reader_of(child_segment, recorder, parent.get())->read(false);

  const auto frames = recorder.world().frames(recorder.events.back().stack);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].offset, 0x111U);
  EXPECT_EQ(frames[1].offset, 0x222U);
}

TEST(SegmentReader, ATableComesAsOneSnapshotSortedByNumber) {
  MadeSegment segment;
  WorldRecorder recorder;
  ajar_table mark{};
  mark.taken = AJAR_TABLE_AT_EXIT;
  mark.complete = 1;
  mark.record.time = 10;
  segment.add(mark, AJAR_RECORD_TABLE_BEGIN);
  for (const int number : {7, 3}) {
    ajar_table_row row{};
    const std::string_view link = "pipe:[55]";
    row.handle = number;
    row.link_length = static_cast<ajar_u16>(link.size());
    segment.add(row, AJAR_RECORD_TABLE_ROW, link);
  }
  mark.record.time = 20;
  segment.add(mark, AJAR_RECORD_TABLE_END);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.snapshots.size(), 1U);
  const model::Snapshot& told = recorder.snapshots[0];
  EXPECT_EQ(told.taken, model::Snapshot::Taken::at_exit);
  ASSERT_EQ(told.handles.size(), 2U);
  EXPECT_EQ(told.handles[0].value, 3U);
  EXPECT_EQ(told.handles[0].type, "pipe");
  EXPECT_EQ(told.begin.count(), 10);
  EXPECT_EQ(told.end.count(), 20);
}

TEST(SegmentReader, SaysHowManyEventsWereLost) {
  MadeSegment segment;
  WorldRecorder recorder;
  segment.header().lost = 12;
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.losses.size(), 1U);
  EXPECT_EQ(recorder.losses[0].events, 12U);
}

TEST(SegmentReader, ACloseOfAModuleEndsItsLife) {
  MadeSegment segment;
  WorldRecorder recorder;
  add_module(segment, 4, 0x400000, "/tmp/plugin.so");
  ajar_module_gone gone{};
  gone.generation = 4;
  gone.record.time = 500;
  segment.add(gone, AJAR_RECORD_MODULE_GONE);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.world().modules.size(), 1U);
  EXPECT_EQ(recorder.world().modules.begin()->unloaded->count(), 500);
}

}  // namespace
}  // namespace ajar::capture::preload
