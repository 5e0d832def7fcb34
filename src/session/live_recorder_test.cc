#include "session/live_recorder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/owned_fd.h"
#include "objfile/elf.h"
#include "platform/mapped_file.h"
#include "platform/own_executable.h"
#include "platform/procfs.h"
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

// Of this process, which writes no other perf map.
class GeneratedCodeTest : public LiveRecorderTest {
 protected:
  GeneratedCodeTest() {
    model::Process& process = *recorder_.world().processes.find(model::ProcessId{1});
    process.pid = getpid();
    process.start_ticks = platform::ProcFs().process(getpid())->start_ticks;
  }
  ~GeneratedCodeTest() override { std::filesystem::remove(map_); }

  model::StackId meet(std::uint64_t address) {
    model::Frame frame;
    frame.offset = address;
    const model::StackId node = recorder_.world().stacks.add({.callee = {}, .frame = frame});
    recorder_.code_in_no_module(image_, node);
    return node;
  }
  [[nodiscard]] const model::Frame& frame(model::StackId node) {
    return recorder_.world().stacks.find(node)->frame;
  }

  const std::string map_ = "/tmp/perf-" + std::to_string(getpid()) + ".map";
};

TEST_F(GeneratedCodeTest, GetsItsNameWhenTheMapHasIt) {
  const model::StackId early = meet(0x1009);
  recorder_.name_code();
  EXPECT_EQ(frame(early).kind, model::FrameKind::native);
  std::ofstream(map_) << "1000 10 JS:*open /srv/a.js:12:3\n";
  recorder_.name_code();
  EXPECT_EQ(frame(early).kind, model::FrameKind::managed);
  EXPECT_EQ(recorder_.world().text(frame(early).function), "open");
  EXPECT_EQ(recorder_.world().text(frame(early).file), "/srv/a.js");
  EXPECT_EQ(frame(early).line, 12U);
  EXPECT_EQ(frame(early).offset, 0x1009U);
}

TEST_F(GeneratedCodeTest, IsSoughtInAMapThatWasThereBefore) {
  std::ofstream(map_) << "1000 10 first\n2000 10 second\n";
  const model::StackId first = meet(0x1009);
  recorder_.name_code();
  const model::StackId second = meet(0x2009);
  const model::StackId at_the_end_of_a_call = meet(0x1010);
  recorder_.name_code();
  EXPECT_EQ(recorder_.world().text(frame(first).function), "first");
  EXPECT_EQ(recorder_.world().text(frame(second).function), "second");
  EXPECT_EQ(recorder_.world().text(frame(at_the_end_of_a_call).function), "first");
}

TEST_F(GeneratedCodeTest, KeepsTheNameOfWhatWasThereWhenItWasMet) {
  std::ofstream(map_) << "1000 10 first\n";
  const model::StackId node = meet(0x1009);
  recorder_.name_code();
  std::ofstream(map_, std::ios::app) << "1000 10 other\n";
  recorder_.name_code();
  EXPECT_EQ(recorder_.world().text(frame(node).function), "first");
}

TEST_F(GeneratedCodeTest, HasItsNameInTheRecording) {
  const model::StackId node = meet(0x1009);
  model::Event opened = event(model::EventKind::open, 3, 1);
  opened.stack = node;
  recorder_.event(opened);
  recorder_.name_code();  // the node is written down before its name is known
  std::ofstream(map_) << "1000 10 first\n";
  recorder_.finish();
  const auto file = platform::MappedFile::open(path_);
  const auto reader = recording::Reader::open(file.value().bytes());
  KeepEvents keep;
  model::Cursor cursor;
  reader.value()->read(cursor, keep);
  const model::World& world = reader.value()->world();
  ASSERT_EQ(keep.events.size(), 1U);
  const std::vector<model::Frame> frames = world.frames(keep.events[0].stack);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].kind, model::FrameKind::managed);
  EXPECT_EQ(world.text(frames[0].function), "first");
}

// This program, mapped once more, as V8 does with its own.
TEST_F(GeneratedCodeTest, OfAFileThatIsMappedASecondTimeIsTheModules) {
  const std::string path = platform::own_executable().value();
  const auto bytes = platform::MappedFile::open(path);
  const auto elf = objfile::ElfFile::parse(bytes.value().bytes());
  const auto code = std::ranges::find_if(elf.value().segments(), [](const objfile::ElfSegment& segment) {
    return segment.kind == objfile::ElfSegment::load && (segment.flags & objfile::ElfSegment::execute) != 0;
  });
  ASSERT_NE(code, elf.value().segments().end());
  model::World& world = recorder_.world();
  model::Module module;
  module.id = world.modules.next_id();
  module.image = image_;
  module.path = path;
  module.build_id = elf.value().build_id();
  world.modules.add(module);
  constexpr std::size_t page = 4096;
  const base::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  void* const mapped = ::mmap(nullptr, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd.get(),
                              static_cast<off_t>(code->offset / page * page));
  ASSERT_NE(mapped, MAP_FAILED);
  const auto begin = reinterpret_cast<std::uint64_t>(mapped);
  const std::uint64_t in_page = code->offset % page;
  const model::StackId node = meet(begin + in_page + 8);
  ::munmap(mapped, page);
  EXPECT_EQ(frame(node).module, model::ModuleId{2});
  EXPECT_EQ(frame(node).offset, code->address + 8);
  EXPECT_EQ(world.modules.find(model::ModuleId{2})->begin, begin);
  EXPECT_EQ(world.modules.find(model::ModuleId{2})->path, path);
}

}  // namespace
}  // namespace ajar::session
