#include "session/live_recorder.h"

#include <gtest/gtest.h>

#include "platform/mapped_file.h"
#include "platform/testing/temp_tree.h"
#include "recording/reader.h"

namespace ajar::session {
namespace {

class KeepEvents : public model::Observer {
 public:
  void on_events(const model::World&, std::span<const model::Event> some) override {
    events.insert(events.end(), some.begin(), some.end());
  }
  void on_snapshot(const model::World&, const model::Snapshot&) override {}
  void on_loss(const model::World&, const model::Loss&) override {}

  std::vector<model::Event> events;
};

class LiveRecorderTest : public testing::Test {
 protected:
  LiveRecorderTest() : recorder_(std::move(platform::FileSink::create(path_)).value(), {}, {}) {
    model::World& world = recorder_.world();
    model::Process process;
    process.id = world.processes.next_id();
    model::Table table;
    table.id = world.tables.next_id();
    model::Image image;
    image.id = world.images.next_id();
    image.process = world.processes.add(process);
    image.table = world.tables.add(table);
    image_ = world.images.add(image);
  }

  model::Event event(model::EventKind kind, std::uint64_t handle, std::int64_t time) {
    model::Event event;
    event.kind = kind;
    event.table = model::TableId{1};
    event.image = image_;
    event.time = model::Time(time);
    event.handle = handle;
    event.call = recorder_.intern("open");
    return event;
  }

  // What is on the disk in the end.
  std::vector<model::Event> recorded() {
    const auto file = platform::MappedFile::open(path_);
    const auto reader = recording::Reader::open(file.value().bytes());
    KeepEvents keep;
    model::Cursor cursor;
    reader.value()->read(cursor, keep);
    return keep.events;
  }

  const platform::TempTree folder_{};
  const std::string path_ = folder_.path("x.ajar");
  LiveRecorder recorder_;
  model::ImageId image_;
};

// More than it remembers, so that what it remembers means something else later.
TEST_F(LiveRecorderTest, RecordsWhatIsLikeAnEarlierEventHoweverManyThereWere) {
  std::vector<model::Event> told;
  std::vector<capture::Recorder::Likeness> likenesses;
  std::size_t again = 0;
  for (std::int64_t i = 0; i < 150'000; ++i) {
    const std::uint64_t handle = 3 + static_cast<std::uint64_t>(i) / 2;
    const model::Event opened = event(model::EventKind::open, handle, i);
    told.push_back(opened);
    if (i % 2 == 0) {
      likenesses.push_back(recorder_.remember(opened));
    } else if (recorder_.again(likenesses[static_cast<std::size_t>(i) / 2], opened.time)) {
      ++again;
    } else {
      recorder_.event(opened);
    }
    if (i % 1000 == 7) {  // one of long ago: refused, or right
      const model::Event old = event(model::EventKind::open, 3, i);
      if (recorder_.again(likenesses.front(), old.time)) told.push_back(old);
    }
  }
  recorder_.finish();
  EXPECT_GT(again, 70'000U);
  EXPECT_EQ(recorded(), told);
}

// However it hurried: what waited is in the report.
TEST_F(LiveRecorderTest, AReportHoldsWhatWaitedInAHurry) {
  recorder_.hurry(true);
  for (std::uint64_t handle = 3; handle < 10'003; ++handle) {
    recorder_.event(event(model::EventKind::open, handle, static_cast<std::int64_t>(handle)));
  }
  EXPECT_EQ(recorder_.report().processes.front().open, 10'000U);
  recorder_.event(event(model::EventKind::close, 3, 20'000));
  recorder_.hurry(false);
  EXPECT_EQ(recorder_.finish().processes.front().open, 9'999U);
}

}  // namespace
}  // namespace ajar::session
