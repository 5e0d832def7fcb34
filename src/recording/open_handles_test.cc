#include "recording/open_handles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::recording {
namespace {

using model::EventKind;
using testing::ElementsAre;
using testing::IsEmpty;

class OpenHandlesTest : public testing::Test {
 protected:
  OpenHandlesTest() {
    world_.tables.add({.id = parent_, .copied_from = {}, .died = {}});
    world_.tables.add({.id = child_, .copied_from = parent_, .created = model::Time(100), .died = {}});
  }

  static model::Event event(EventKind kind, model::TableId table, std::uint64_t handle, std::int64_t time) {
    return {.kind = kind,
            .table = table,
            .image = {},
            .thread = model::ThreadId{5},
            .time = model::Time(time),
            .handle = handle,
            .stack = model::StackId{static_cast<std::uint32_t>(time)},
            .call = {},
            .type = {},
            .text = {}};
  }

  static model::Snapshot at_start(model::TableId table, std::vector<std::uint64_t> handles) {
    model::Snapshot snapshot{
        .table = table, .image = {}, .taken = model::Snapshot::Taken::at_start, .handles = {}};
    for (const std::uint64_t handle : handles) {
      snapshot.handles.push_back({.value = handle, .type = {}, .name = {}, .facts = {}});
    }
    return snapshot;
  }

  static constexpr model::TableId parent_{1};
  static constexpr model::TableId child_{2};
  model::World world_;
  OpenHandles open_;
};

TEST_F(OpenHandlesTest, WhatIsClosedIsOpenNoMore) {
  const auto kept = event(EventKind::duplicate, parent_, 4, 2);
  open_.apply(event(EventKind::open, parent_, 3, 1));
  open_.apply(kept);
  open_.apply(event(EventKind::close, parent_, 3, 3));
  open_.apply(event(EventKind::close, child_, 4, 4));
  open_.apply(event(EventKind::failed_open, parent_, 9, 5));
  open_.apply(event(EventKind::bad_reference, parent_, 4, 6));
  EXPECT_THAT(open_.events(world_), ElementsAre(kept));
}

TEST_F(OpenHandlesTest, WhatIsInARangeThatWasClosedIsOpenNoMore) {
  const auto below = event(EventKind::open, parent_, 2, 1);
  const auto above = event(EventKind::open, parent_, 9, 2);
  const auto of_another = event(EventKind::open, child_, 5, 3);
  open_.apply(below);
  open_.apply(above);
  open_.apply(of_another);
  open_.apply(event(EventKind::open, parent_, 3, 4));
  open_.apply(event(EventKind::address, parent_, 3, 4));
  open_.apply(event(EventKind::open, parent_, 8, 5));
  auto range = event(EventKind::close_range, parent_, 3, 6);
  range.other = 8;
  open_.apply(range);
  EXPECT_THAT(open_.events(world_), ElementsAre(below, above, of_another));
}

TEST_F(OpenHandlesTest, AnAddressStaysWithItsHandle) {
  const auto opened = event(EventKind::open, parent_, 3, 1);
  const auto connected = event(EventKind::address, parent_, 3, 2);
  open_.apply(opened);
  open_.apply(connected);
  EXPECT_THAT(open_.events(world_), ElementsAre(opened, connected));
  open_.apply(event(EventKind::close, parent_, 3, 3));
  EXPECT_THAT(open_.events(world_), IsEmpty());
}

TEST_F(OpenHandlesTest, AHandleOpenedAgainHasNotTheOldAddress) {
  open_.apply(event(EventKind::open, parent_, 3, 1));
  open_.apply(event(EventKind::address, parent_, 3, 2));
  const auto again = event(EventKind::open, parent_, 3, 4);
  open_.apply(again);
  EXPECT_THAT(open_.events(world_), ElementsAre(again));
}

TEST_F(OpenHandlesTest, ACopiedTableHasItsHandlesFromTheOneItIsACopyOf) {
  const auto opened = event(EventKind::open, parent_, 3, 50);
  open_.apply(opened);
  open_.apply(world_, at_start(child_, {3}));
  auto inherited = opened;
  inherited.kind = EventKind::inherit;
  inherited.table = child_;
  inherited.thread = {};
  inherited.time = model::Time(100);
  EXPECT_THAT(open_.events(world_), ElementsAre(opened, inherited));
}

TEST_F(OpenHandlesTest, AHandleThatTheParentOpenedAfterTheCopyIsNotItsOrigin) {
  open_.apply(event(EventKind::open, parent_, 3, 150));
  open_.apply(world_, at_start(child_, {3}));
  const auto events = open_.events(world_);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].table, child_);
  EXPECT_EQ(events[0].kind, EventKind::inherit);
  EXPECT_TRUE(events[0].stack.none());
}

TEST_F(OpenHandlesTest, AHandleThatWasSeenOpenedIsNotInherited) {
  const auto opened = event(EventKind::open, child_, 3, 120);
  open_.apply(opened);
  open_.apply(world_, at_start(child_, {3}));
  EXPECT_THAT(open_.events(world_), ElementsAre(opened));
}

TEST_F(OpenHandlesTest, ATableThatDiedHasNoneOpen) {
  open_.apply(event(EventKind::open, child_, 3, 120));
  world_.tables.find(child_)->died = model::Time(130);
  EXPECT_THAT(open_.events(world_), IsEmpty());
}

}  // namespace
}  // namespace ajar::recording
