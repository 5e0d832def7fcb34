#include "session/reception.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <future>

#include "control/sessions.h"
#include "platform/mapped_file.h"
#include "platform/testing/temp_tree.h"
#include "recording/reader.h"

namespace ajar::session {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ReceptionTest : public testing::Test {
 protected:
  ReceptionTest() : recorder_(std::move(platform::FileSink::create(path_)).value(), origin(), {}) {
    ::setenv("XDG_RUNTIME_DIR", tree_.root().c_str(), 1);
    model::World& world = recorder_.world();
    model::Process process;
    process.id = world.processes.next_id();
    process.pid = 4711;
    process.start_ticks = 5;
    model::Table table;
    table.id = world.tables.next_id();
    model::Image image;
    image.id = world.images.next_id();
    image.process = world.processes.add(process);
    image.table = world.tables.add(table);
    image_ = world.images.add(image);
    open_for(Reception::Ends::when_asked);
  }
  ~ReceptionTest() override {
    reception_.reset();
    ::unsetenv("XDG_RUNTIME_DIR");
  }

  static model::Origin origin() {
    model::Origin origin;
    origin.command = {"./bin/shop-server", "--port", "1"};
    return origin;
  }

  void open_for(Reception::Ends ends) {
    reception_.reset();
    reception_.emplace(recorder_, path_, ends, [this] { look(); });
  }

  // A table with two handles.
  void look() {
    ++looks_;
    model::Snapshot snapshot;
    snapshot.table = model::TableId{1};
    snapshot.image = image_;
    snapshot.taken = model::Snapshot::Taken::on_request;
    snapshot.begin = snapshot.end = recorder_.now();
    for (std::uint64_t value = 0; value < 2; ++value)
      snapshot.handles.push_back({.value = value, .type = "file", .name = "/x", .facts = {}});
    recorder_.snapshot(snapshot);
  }

  template <typename Work>
  auto meanwhile(Work work) {
    auto result = std::async(std::launch::async, work);
    while (result.wait_for(1ms) != std::future_status::ready) reception_->turn();
    return result.get();
  }

  control::Session session() {
    std::vector<control::Session> found = meanwhile([] { return control::find_sessions(); });
    std::erase_if(found, [&](const auto& one) { return !one.socket.starts_with(tree_.root()); });
    // Where there are several, those before have ended.
    if (found.size() > 1)
      std::erase_if(found, [](const auto& one) { return one.state == control::Session::State::ended; });
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? control::Session{} : found[0];
  }

  base::Result<control::Marked> mark(const std::string& label) {
    return meanwhile([&, at = session()] { return control::mark(at, label); });
  }

  base::Result<void> end() {
    return meanwhile([&, at = session()] { return control::end(at); });
  }

  std::vector<std::string> recorded_labels() {
    const auto file = platform::MappedFile::open(path_);
    const auto reader = recording::Reader::open(file.value().bytes(), recording::File::growing);
    std::vector<std::string> labels;
    for (const model::Mark& one : reader.value()->world().marks) labels.push_back(one.label);
    return labels;
  }

  const platform::TempTree tree_{};
  const std::string path_ = tree_.path("x.ajar");
  LiveRecorder recorder_;
  model::ImageId image_;
  int looks_ = 0;
  std::optional<Reception> reception_;
};

TEST_F(ReceptionTest, SaysWhatIsRecordedAndWhere) {
  const control::Description about = session().about;
  EXPECT_EQ(about.ajar, ::getpid());
  EXPECT_EQ(about.program, "shop-server");
  EXPECT_EQ(about.recording, path_);
  EXPECT_EQ(about.processes, (std::vector<control::Recorded>{{.pid = 4711, .start_ticks = 5}}));
}

TEST_F(ReceptionTest, AMarkIsInTheRecordingWhenItIsAnswered) {
  const base::Result<control::Marked> marked = mark("before-login");
  ASSERT_TRUE(marked.ok()) << marked.error().message();
  EXPECT_EQ(marked.value().label, "before-login");
  EXPECT_EQ(marked.value().handles, 2U);
  EXPECT_EQ(marked.value().processes, 1U);
  EXPECT_GT(marked.value().time.count(), 0);
  EXPECT_EQ(recorded_labels(), (std::vector<std::string>{"before-login"}));
  EXPECT_EQ(looks_, 1);
}

TEST_F(ReceptionTest, MarksWithoutALabelAreNumbered) {
  ASSERT_TRUE(mark("mark-2").ok());
  EXPECT_EQ(mark("").value().label, "mark-1");
  EXPECT_EQ(mark("").value().label, "mark-3");
}

TEST_F(ReceptionTest, ALabelIsGivenOnce) {
  ASSERT_TRUE(mark("a").ok());
  const auto again = mark("a");
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().message(), HasSubstr("there is a mark 'a' already, at "));
  EXPECT_EQ(recorded_labels().size(), 1U);
}

TEST_F(ReceptionTest, ALabelThatIsNoLineIsRefused) {
  EXPECT_FALSE(mark("a\nb").ok());
  EXPECT_EQ(recorder_.world().marks.size(), 0U);
}

TEST_F(ReceptionTest, ARecordingThatIsAskedForHoldsAllUpToNow) {
  model::Event event;
  event.kind = model::EventKind::open;
  event.table = model::TableId{1};
  event.image = image_;
  event.handle = 9;
  event.time = recorder_.now();
  recorder_.event(event);
  const auto written = meanwhile([&, at = session()] { return control::write_down(at); });
  ASSERT_TRUE(written.ok()) << written.error().message();
  EXPECT_EQ(looks_, 1);
  const auto file = platform::MappedFile::open(path_);
  const auto reader = recording::Reader::open(file.value().bytes(), recording::File::growing);
  EXPECT_GE(reader.value()->end(), event.time);
  EXPECT_EQ(reader.value()->damage(), model::Damage{});
}

TEST_F(ReceptionTest, AWishToEndIsPassedOnOnce) {
  EXPECT_FALSE(reception_->take_wish_to_end());
  const auto ended = end();
  ASSERT_TRUE(ended.ok()) << ended.error().message();
  EXPECT_TRUE(reception_->take_wish_to_end());
  EXPECT_FALSE(reception_->take_wish_to_end());
}

TEST_F(ReceptionTest, ASessionThatRunsAProgramEndsOnlyWithIt) {
  open_for(Reception::Ends::by_itself);
  const auto ended = end();
  ASSERT_FALSE(ended.ok());
  EXPECT_THAT(ended.error().message(), HasSubstr("ends with the program"));
  EXPECT_FALSE(reception_->take_wish_to_end());
}

TEST_F(ReceptionTest, AnEndedSessionStillSaysWhereItsRecordingIs) {
  recorder_.world().processes.add({.id = model::ProcessId{2},
                                   .pid = 4712,
                                   .start_ticks = 6,
                                   .parent_pid = 0,
                                   .started = {},
                                   .ended = {},
                                   .exit_status = {},
                                   .killed_by_signal = {},
                                   .not_traced = {}});
  reception_.reset();
  std::vector<control::Session> found = control::find_sessions();
  std::erase_if(found, [&](const auto& one) { return !one.socket.starts_with(tree_.root()); });
  // Where there are several, those before have ended.
  if (found.size() > 1)
    std::erase_if(found, [](const auto& one) { return one.state == control::Session::State::ended; });
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].state, control::Session::State::ended);
  EXPECT_EQ(found[0].about.processes.size(), 2U) << "also those that came while it ran";
  EXPECT_EQ(found[0].about.recording, path_);
}

}  // namespace
}  // namespace ajar::session
