#include "analyze/tables/tables_at.h"

#include <gtest/gtest.h>

#include "analyze/tables/fake_source.h"

namespace ajar::analyze {
namespace {

using enum model::EventKind;

model::Handle file(std::uint64_t value) {
  return FakeSource::handle(value, "file", "/x");
}

TableAt only(FakeSource& source, const Moment& moment) {
  auto tables = tables_at(source, {moment});
  EXPECT_TRUE(tables.ok()) << tables.error().message();
  return tables.value().at(0).at(0);
}

TEST(TablesAt, AreTheFirstTheLastTheNthAndTheOneOfATime) {
  FakeSource source;
  source.process("/bin/shop", 5);
  for (int i = 1; i <= 3; ++i) source.snapshot(i, std::vector(static_cast<std::size_t>(i), file(3)));
  EXPECT_EQ(only(source, Moment::first()).snapshot.handles.size(), 1U);
  EXPECT_EQ(only(source, Moment::last()).snapshot.handles.size(), 3U);
  EXPECT_EQ(only(source, {.number = 2}).snapshot.handles.size(), 2U);
  EXPECT_EQ(only(source, {.number = -3}).snapshot.handles.size(), 1U);
  EXPECT_EQ(only(source, {.by = Moment::By::time, .time = FakeSource::at(2.5)}).snapshot.handles.size(), 2U);
}

TEST(TablesAt, AMomentThatThereIsNotIsAnErrorThatSaysHowManyThereAre) {
  FakeSource source;
  source.process("/bin/shop", 5);
  source.snapshot(1, {file(3)});
  for (const std::int64_t number : {0, 2, -2}) {
    const auto tables = tables_at(source, {{.number = number}});
    ASSERT_FALSE(tables.ok());
    EXPECT_NE(tables.error().message().find("there are 1"), std::string::npos) << tables.error().message();
  }
  EXPECT_FALSE(tables_at(source, {{.by = Moment::By::time, .time = FakeSource::at(0.5)}}).ok());
}

TEST(TablesAt, ARecordingWithoutSnapshotsSaysSo) {
  FakeSource source;
  source.process("/bin/shop", 5);
  EXPECT_EQ(tables_at(source, {Moment::last()}).error().message(),
            "the recording has no snapshot of a handle table");
}

TEST(TablesAt, AHandlesOpeningIsTheLastOneBeforeTheSnapshot) {
  FakeSource source;
  source.process("/bin/shop", 5);
  const model::StackId old = source.stack("old");
  const model::StackId mid = source.stack("mid");
  source.event(open, 1, 3, old);
  source.event(close, 2, 3);
  source.event(open, 3, 3, mid);
  source.snapshot(4, {file(3)});
  source.event(open, 5, 3, old);
  EXPECT_EQ(only(source, Moment::last()).openings.at(3).stack, mid);
}

TEST(TablesAt, EventsThatComeLateOrOutOfOrderCountByTheirTimes) {
  FakeSource source;
  source.process("/bin/shop", 5);
  const model::StackId mid = source.stack("mid");
  source.snapshot(4, {file(3), file(4)});
  source.event(open, 3, 3, mid);  // before the close that made room for it
  source.event(close, 2, 3);
  source.event(open, 1, 4, mid);
  source.event(close_range, 3.5, 4, source.stack("x"), 9);
  const TableAt table = only(source, Moment::last());
  EXPECT_EQ(table.openings.at(3).stack, mid);
  EXPECT_FALSE(table.openings.contains(4)) << "closed by a range; what the table shows was opened unseen";
}

TEST(TablesAt, WhatAForkedChildHasWasOpenedInItsParent) {
  FakeSource source;
  source.process("/bin/shop", 5);
  const model::StackId in_parent = source.stack("parent");
  source.event(open, 1, 3, in_parent);
  const model::TableId parent = source.table();
  source.event(open, 3, 4, source.stack("later"));
  source.process("/bin/shop", 6, parent, 2);
  source.event(open, 5, 7, source.stack("child"));
  source.snapshot(6, {file(3), file(4), file(7)});
  const TableAt table = only(source, Moment::last());
  EXPECT_EQ(table.openings.at(3).stack, in_parent);
  EXPECT_FALSE(table.openings.contains(4)) << "the parent opened it after the fork";
  EXPECT_TRUE(table.openings.contains(7));
}

TEST(TablesAt, ATableThatNoEventTellsOfIsNotTraced) {
  FakeSource source;
  source.process("/bin/shop", 5);
  source.snapshot(1, {file(3)});
  EXPECT_FALSE(only(source, Moment::last()).traced);
  source.event(open, 2, 4, {});
  EXPECT_TRUE(only(source, Moment::last()).traced);
}

TEST(TablesAt, ARingOfTablesCopiedFromEachOtherEnds) {
  FakeSource source;
  source.process("/bin/shop", 5);
  source.edit().tables.find(source.table())->copied_from = source.table();
  source.snapshot(1, {file(3)});
  EXPECT_TRUE(only(source, Moment::last()).openings.empty());
}

}  // namespace
}  // namespace ajar::analyze
