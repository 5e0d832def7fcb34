#include "console/recorded.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyze/tables/fake_source.h"

namespace ajar::console {
namespace {

using analyze::FakeSource;
using model::EventKind;
using testing::ElementsAre;
using testing::HasSubstr;

// A process that opens 5, 6 and 7, and closes 6.
class RecordedProcess : public testing::Test {
 protected:
  void SetUp() override {
    source_.process("/opt/shop-server", 4121);
    const model::StackId stack = source_.stack("order");
    source_.event(EventKind::open, 1, 5, stack);
    source_.event(EventKind::open, 2, 6, stack);
    source_.event(EventKind::close, 3, 6, stack);
    source_.event(EventKind::open, 5, 7, stack);
    source_.event(EventKind::bad_reference, 6, 9, stack);
    source_.snapshot(7, {FakeSource::handle(5, "file", "/a"), FakeSource::handle(7, "file", "/b")});
  }

  static std::vector<std::uint64_t> handles(const Traces& traces) {
    std::vector<std::uint64_t> all;
    for (const Trace& trace : traces.traces) all.push_back(trace.handle);
    return all;
  }

  FakeSource source_;
};

TEST_F(RecordedProcess, HasItsOperationsNewestFirst) {
  Recorded recorded(source_);
  const auto all = recorded.traces(0, 0, 0);
  ASSERT_TRUE(all.ok());
  EXPECT_THAT(handles(all.value()), ElementsAre(9, 7, 6, 6, 5));
  EXPECT_EQ(all.value().of, 5U);
  EXPECT_EQ(all.value().traces[2].what, Trace::What::close);
  EXPECT_EQ(all.value().traces[4].process, 4121U);
  EXPECT_EQ(all.value().traces[4].stack.at(0).function, "order");
}

TEST_F(RecordedProcess, HasThoseOfOneHandleAndAtMostSoMany) {
  Recorded recorded(source_);
  EXPECT_THAT(handles(recorded.traces(0, 6, 0).value()), ElementsAre(6, 6));
  EXPECT_THAT(handles(recorded.traces(0, 0, 2).value()), ElementsAre(9, 7));
}

TEST_F(RecordedProcess, WithoutAMarkTheDifferenceIsAllThatIsOutstanding) {
  Recorded recorded(source_);
  const auto diff = recorded.outstanding(0, "");
  ASSERT_TRUE(diff.ok());
  EXPECT_THAT(handles(diff.value()), ElementsAre(7, 5));
  EXPECT_EQ(diff.value().of, 5U);
}

TEST_F(RecordedProcess, WithAMarkTheDifferenceBeginsThere) {
  source_.edit().marks.add(
      {.id = source_.edit().marks.next_id(), .label = "login", .time = FakeSource::at(4)});
  Recorded recorded(source_);
  EXPECT_THAT(handles(recorded.outstanding(0, "").value()), ElementsAre(7));
  EXPECT_EQ(recorded.outstanding(0, "login").value().of, 2U);
  EXPECT_THAT(recorded.outstanding(0, "logout").error().message(), HasSubstr("there is no mark 'logout'"));
}

TEST_F(RecordedProcess, ShowsTheTableAndSetsNoMarks) {
  Recorded recorded(source_);
  EXPECT_EQ(recorded.table(0, true).value().handles.size(), 2U);
  EXPECT_THAT(recorded.set_mark(0).error().message(), HasSubstr("gets no marks any more"));
}

TEST(RecordedTable, WithoutEventsSaysHowToHaveThem) {
  FakeSource source;
  source.process("/opt/shop-server", 4121);
  source.snapshot(1, {});
  Recorded recorded(source);
  EXPECT_THAT(recorded.traces(0, 0, 0).error().message(), HasSubstr("'ajar run' and 'ajar attach'"));
  source.edit().origin.system = "Windows 10.0.22631 x86_64";
  EXPECT_THAT(recorded.outstanding(0, "").error().message(), HasSubstr("'!htrace -enable' in WinDbg"));
}

TEST(RecordedEvents, OfARangeThatIsClosedAreOnesOfEachOpenHandle) {
  FakeSource source;
  source.process("/opt/shop-server", 4121);
  source.event(EventKind::open, 1, 5);
  source.event(EventKind::open, 2, 8);
  source.event(EventKind::close_range, 3, 3, {}, 100);
  Recorded recorded(source);
  const auto all = recorded.traces(0, 0, 0);
  ASSERT_EQ(all.value().traces.size(), 4U);
  EXPECT_EQ(all.value().traces[0].what, Trace::What::close);
  EXPECT_EQ(all.value().traces[1].what, Trace::What::close);
}

}  // namespace
}  // namespace ajar::console
