#include "session/recorded_operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/process_rows.h"
#include "recording/memory_sink.h"
#include "recording/writer.h"

namespace ajar::session {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = objfile::MinidumpOperation::Kind;

class RecordedOperationsTest : public testing::Test {
 protected:
  RecordedOperationsTest() {
    rows_ = model::add_process(world_, 5404, "C:\\app\\w3wp.exe");
    const model::ProcessRows other = model::add_process(world_, 812, "C:\\app\\other.exe");
    model::Module module;
    module.id = world_.modules.next_id();
    module.image = rows_.image;
    module.path = "C:\\app\\MyCustomDll.dll";
    module.bias = module.begin = 0x180000000;
    module.end = 0x180010000;
    world_.modules.add(module);
    thread_ = world_.threads.add(
        {.id = world_.threads.next_id(), .process = rows_.process, .tid = 5408, .name = {}});
    const model::StackId called = world_.stacks.add({.callee = {}, .frame = frame({}, 0x7ff812345678)});
    stack_ = world_.stacks.add({.callee = called, .frame = frame(module.id, 0x1234)});
    add(model::EventKind::inherit, seconds(0), 4);
    add(model::EventKind::open, seconds(1), 8);
    add(model::EventKind::failed_open, seconds(2), 0);
    add(model::EventKind::close, seconds(4), 8);
    add(model::EventKind::duplicate, seconds(3), 12);  // events come nearly in their order
    add(model::EventKind::bad_reference, seconds(5), 8);
    events_.push_back(events_.front());
    events_.back().kind = model::EventKind::open;
    events_.back().table = other.table;
  }

  static model::Frame frame(model::ModuleId module, std::uint64_t offset) {
    return {.module = module, .offset = offset, .function = {}, .file = {}};
  }

  void add(model::EventKind kind, model::Time time, std::uint64_t handle) {
    model::Event event;
    event.kind = kind;
    event.time = time;
    event.handle = handle;
    event.table = rows_.table;
    event.image = rows_.image;
    event.thread = thread_;
    event.stack = stack_;
    events_.push_back(event);
  }

  RecordedOperations read(std::int64_t pid, std::size_t most = 100) {
    recording::MemorySink sink;
    recording::Writer writer(world_, sink);
    for (const model::Event& event : events_) EXPECT_TRUE(writer.event(event).ok());
    EXPECT_TRUE(writer.finish(seconds(9)).ok());
    const auto reader = recording::Reader::open(sink.bytes());
    EXPECT_TRUE(reader.ok());
    return recorded_operations(*reader.value(), pid, most);
  }

  objfile::MinidumpOperation operation(std::uint64_t handle, Kind kind) {
    return {.handle = handle,
            .process = 5404,
            .thread = 5408,
            .kind = kind,
            .frames = {0x7ff812345678, 0x180001234}};
  }

  model::World world_;
  model::ProcessRows rows_;
  model::ThreadId thread_;
  model::StackId stack_;
  std::vector<model::Event> events_;
};

TEST_F(RecordedOperationsTest, AreThoseOfTheProcessTheLatestFirst) {
  const RecordedOperations all = read(5404);
  EXPECT_THAT(all.latest, ElementsAre(operation(8, Kind::bad_reference), operation(8, Kind::close),
                                      operation(12, Kind::open), operation(8, Kind::open)));
  EXPECT_EQ(all.older, 0U);
}

TEST_F(RecordedOperationsTest, AreTheLatestWhereThereAreMoreThanIsWanted) {
  const RecordedOperations some = read(5404, 1);
  EXPECT_THAT(some.latest, ElementsAre(operation(8, Kind::bad_reference)));
  EXPECT_EQ(some.older, 3U);
}

TEST_F(RecordedOperationsTest, AreNoneOfAProcessThatIsNotRecorded) {
  EXPECT_THAT(read(4).latest, IsEmpty());
}

}  // namespace
}  // namespace ajar::session
