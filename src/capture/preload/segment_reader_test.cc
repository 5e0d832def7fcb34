#include "capture/preload/segment_reader.h"

#include <gtest/gtest.h>

#include <netinet/in.h>

#include <algorithm>
#include <iterator>

#include "capture/testing/made_segment.h"
#include "capture/testing/world_recorder.h"
#include "catalog/linux_tables.h"

namespace ajar::capture::preload {
namespace {

using testing::MadeSegment;
using testing::WorldRecorder;

enum : ajar_u16 {
#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) kEntry_##name,
  kNoEntry,
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY
};

// Calls made by their number follow the entry points.
ajar_u16 by_number(std::string_view call) {
  const auto* row = std::ranges::find(catalog::kLinuxCalls, call, &catalog::Call::name);
  return static_cast<ajar_u16>(std::size(catalog::kLinuxEntries) + 1 +
                               static_cast<std::size_t>(row - std::begin(catalog::kLinuxCalls)));
}

CounterClock& some_counter() {
  static CounterClock counter;
  return counter;
}

std::unique_ptr<SegmentReader> reader_of(MadeSegment& segment, WorldRecorder& recorder,
                                         const SegmentReader* parent = nullptr,
                                         CounterClock& counter = some_counter()) {
  SharedMemory memory = segment.give();
  auto consumer = ring::Consumer::open(memory.bytes());
  auto reader = std::make_unique<SegmentReader>(std::move(memory), std::move(consumer).value(), parent,
                                                recorder, counter);
  model::Image image;
  image.id = recorder.world().images.next_id();
  recorder.world().images.add(image);
  reader->belongs_to({model::ProcessId{1}, image.id, model::TableId{7}});
  return reader;
}

ajar_event event_of(ajar_effect effect, ajar_u16 entry, ajar_s32 handle) {
  ajar_event event{};
  event.effect = effect;
  event.entry = entry;
  event.handle = handle;
  event.tid = 99;
  event.record.time = 1000;
  return event;
}

void add_module(MadeSegment& segment, std::uint32_t generation, std::uint64_t bias, std::string_view path,
                std::uint64_t time = 100) {
  ajar_module module{};
  module.record.time = time;
  module.generation = generation;
  module.bias = bias;
  module.begin = bias;
  module.end = bias + 0x10000;
  module.path_length = static_cast<ajar_u16>(path.size());
  module.build_id_length = 2;
  module.build_id[0] = 0xab;
  module.build_id[1] = 0x01;
  segment.add(module, AJAR_RECORD_MODULE, path);
}

TEST(SegmentReader, TellsAnOpenWithItsPathThreadAndStack) {
  MadeSegment segment;
  WorldRecorder recorder;
  add_module(segment, 1, 0x400000, "/usr/lib/libx.so");
  segment.add_node(1, 0, 0, AJAR_NODE_ROOT);
  segment.add_node(0x400123, 1, 1, AJAR_NODE_CALL);
  segment.add_node(0x400456, 2, 1, AJAR_NODE_CALL);
  const std::string_view path = "/etc/passwd";
  ajar_event event = event_of(AJAR_EFFECT_OPEN, kEntry_open64, 5);
  event.stack = 3;
  event.payload = AJAR_PAYLOAD_TEXT;
  event.payload_length = static_cast<ajar_u16>(path.size());
  segment.add(event, AJAR_RECORD_EVENT, path);

  EXPECT_EQ(reader_of(segment, recorder)->read(false), 2U);
  const model::World& world = recorder.world();
  ASSERT_EQ(recorder.events.size(), 1U);
  const model::Event& told = recorder.events[0];
  EXPECT_EQ(told.kind, model::EventKind::open);
  EXPECT_EQ(told.handle, 5U);
  EXPECT_EQ(told.table, model::TableId{7});
  EXPECT_EQ(world.text(told.call), "open64");
  EXPECT_EQ(world.text(told.text), path);
  EXPECT_EQ(world.text(told.type), "file");
  EXPECT_EQ(world.threads.find(told.thread)->tid, 99);
  const auto frames = world.frames(told.stack);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].offset, 0x123U);
  EXPECT_EQ(frames[1].offset, 0x456U);
  EXPECT_EQ(world.modules.find(frames[0].module)->build_id, "ab01");
}

TEST(SegmentReader, TellsAReplaceAsAnImpliedCloseBeforeTheCallAndADuplicateAfterIt) {
  MadeSegment segment;
  WorldRecorder recorder;
  const std::uint64_t before = 900;
  ajar_event event = event_of(AJAR_EFFECT_REPLACE, kEntry_dup2, 1);
  event.other = 8;
  event.payload = AJAR_PAYLOAD_BEFORE;
  event.payload_length = sizeof(before);
  segment.add(event, AJAR_RECORD_EVENT, {reinterpret_cast<const char*>(&before), sizeof(before)});
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 2U);
  EXPECT_EQ(recorder.events[0].kind, model::EventKind::close);
  EXPECT_TRUE(recorder.events[0].implied);
  EXPECT_EQ(recorder.events[0].time.count(), 900);
  EXPECT_EQ(recorder.events[1].kind, model::EventKind::duplicate);
  EXPECT_EQ(recorder.events[1].other, 8U);
  EXPECT_EQ(recorder.events[1].time.count(), 1000);
}

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

TEST(SegmentReader, TellsBothEndsOfAPair) {
  MadeSegment segment;
  WorldRecorder recorder;
  ajar_event event = event_of(AJAR_EFFECT_PAIR, kEntry_pipe2, 3);
  event.other = 4;
  segment.add(event, AJAR_RECORD_EVENT);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 2U);
  EXPECT_EQ(recorder.events[1].handle, 4U);
  EXPECT_EQ(recorder.world().text(recorder.events[1].type), "pipe");
}

TEST(SegmentReader, TellsACloseThatFailedAsABadReferenceAndAnOpenThatFailedAsAFailedOpen) {
  MadeSegment segment;
  WorldRecorder recorder;
  ajar_event close = event_of(AJAR_EFFECT_CLOSE, kEntry_close, 77);
  close.error = 9;
  segment.add(close, AJAR_RECORD_EVENT);
  ajar_event open = event_of(AJAR_EFFECT_OPEN, kEntry_open, -1);
  open.error = 24;
  segment.add(open, AJAR_RECORD_EVENT);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 2U);
  EXPECT_EQ(recorder.events[0].kind, model::EventKind::bad_reference);
  EXPECT_EQ(recorder.events[0].handle, 77U);
  EXPECT_EQ(recorder.events[1].kind, model::EventKind::failed_open);
  EXPECT_EQ(recorder.events[1].error, 24);
}

TEST(SegmentReader, TellsACloseOfARangeWithBothItsEnds) {
  MadeSegment segment;
  WorldRecorder recorder;
  ajar_event event = event_of(AJAR_EFFECT_CLOSE_RANGE, kEntry_closefrom, 3);
  event.other = 0x7fffffff;
  segment.add(event, AJAR_RECORD_EVENT);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 1U);
  EXPECT_EQ(recorder.events[0].kind, model::EventKind::close_range);
  EXPECT_EQ(recorder.events[0].handle, 3U);
  EXPECT_EQ(recorder.events[0].other, 0x7fffffffU);
}

TEST(SegmentReader, ACallMadeByItsNumberIsNamedAsTheKernelNamesIt) {
  MadeSegment segment;
  WorldRecorder recorder;
  segment.add(event_of(AJAR_EFFECT_OPEN, by_number("eventfd2"), 3), AJAR_RECORD_EVENT);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 1U);
  EXPECT_EQ(recorder.world().text(recorder.events[0].call), "eventfd2");
  EXPECT_EQ(recorder.world().text(recorder.events[0].type), "eventfd");
}

TEST(SegmentReader, AnEntryBeyondTheCatalogHasNoName) {
  MadeSegment segment;
  WorldRecorder recorder;
  segment.add(event_of(AJAR_EFFECT_OPEN, 0xffff, 3), AJAR_RECORD_EVENT);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 1U);
  EXPECT_TRUE(recorder.events[0].call.none());
}

TEST(SegmentReader, SocketsHaveTheirTypeByFamilyAndKind) {
  MadeSegment segment;
  WorldRecorder recorder;
  const ajar_u32 asked[3] = {AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0};
  ajar_event event = event_of(AJAR_EFFECT_OPEN, kEntry_socket, 3);
  event.payload = AJAR_PAYLOAD_SOCKET;
  event.payload_length = sizeof(asked);
  segment.add(event, AJAR_RECORD_EVENT, {reinterpret_cast<const char*>(asked), sizeof(asked)});
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 1U);
  EXPECT_EQ(recorder.world().text(recorder.events[0].type), "tcp socket");
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
