#include <gtest/gtest.h>
#include <netinet/in.h>

#include "capture/testing/read_segment.h"

namespace ajar::capture::preload {
namespace {

using testing::MadeSegment;
using testing::WorldRecorder;

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

TEST(SegmentReader, TellsOfADuplicateThatFailedWhatItWasToBeMadeFrom) {
  MadeSegment segment;
  WorldRecorder recorder;
  ajar_event duplicate = event_of(AJAR_EFFECT_DUPLICATE, kEntry_dup, -1);
  duplicate.other = 77;
  duplicate.error = 9;
  segment.add(duplicate, AJAR_RECORD_EVENT);
  reader_of(segment, recorder)->read(false);
  ASSERT_EQ(recorder.events.size(), 1U);
  EXPECT_EQ(recorder.events[0].kind, model::EventKind::failed_open);
  EXPECT_EQ(recorder.events[0].other, 77U);
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

}  // namespace
}  // namespace ajar::capture::preload
