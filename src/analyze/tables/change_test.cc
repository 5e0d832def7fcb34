#include "analyze/tables/change.h"

#include <gtest/gtest.h>

#include "analyze/tables/fake_source.h"

namespace ajar::analyze {
namespace {

using enum model::EventKind;

model::Handle handle(std::uint64_t value, const std::string& name, const std::string& type = "file") {
  return FakeSource::handle(value, type, name);
}

report::TableChanges change(FakeSource& source) {
  const auto tables = tables_at(source, {Moment::first(), Moment::last()});
  EXPECT_TRUE(tables.ok());
  const SystemModules system({});
  return changes_between(source.world(), tables.value().at(0), source.world(), tables.value().at(1), system);
}

report::TableChanges change(FakeSource& before, FakeSource& after) {
  const auto a = tables_at(before, {Moment::last()});
  const auto b = tables_at(after, {Moment::last()});
  const SystemModules system({});
  return changes_between(before.world(), a.value().at(0), after.world(), b.value().at(0), system);
}

TEST(Change, WhatCameIsGroupedByPatternAndRankedByNumber) {
  FakeSource source;
  source.process("/bin/shop", 5);
  source.snapshot(0, {handle(0, "/dev/null", "device")});
  source.snapshot(60, {handle(0, "/dev/null", "device"), handle(3, "/var/log/app-1.log"),
                       handle(4, "/var/log/app-2.log"), handle(5, "/etc/passwd")});
  const report::TableChange only = change(source).processes.at(0);
  EXPECT_EQ(only.came, 3U);
  EXPECT_EQ(only.went, 0U);
  ASSERT_EQ(only.groups_came.size(), 2U);
  EXPECT_EQ(only.groups_came[0].pattern, "/var/log/app-*.log");
  EXPECT_EQ(only.groups_came[0].handles, (std::vector<std::uint64_t>{3, 4}));
  EXPECT_EQ(only.groups_came[1].pattern, "/etc/passwd");
}

TEST(Change, TheRateTellsWhenTheLimitIsReached) {
  FakeSource source;
  source.process("/bin/shop", 5);
  source.snapshot(0, {});
  source.snapshot(10, {handle(3, "/a"), handle(4, "/b")}).soft_limit = 12;
  const report::TableChange only = change(source).processes.at(0);
  EXPECT_DOUBLE_EQ(only.rate_per_second, 0.2);
  ASSERT_TRUE(only.limit_in_s.has_value());
  EXPECT_DOUBLE_EQ(*only.limit_in_s, 50);
}

TEST(Change, WithoutGrowthOrWithoutALimitThereIsNoTimeToIt) {
  FakeSource source;
  source.process("/bin/shop", 5);
  source.snapshot(0, {handle(3, "/a")}).soft_limit = 10;
  source.snapshot(10, {}).soft_limit = 10;
  EXPECT_FALSE(change(source).processes.at(0).limit_in_s.has_value());
  source.snapshot(20, {handle(3, "/a"), handle(4, "/b")}).soft_limit = model::Snapshot::kNoLimit;
  EXPECT_FALSE(change(source).processes.at(0).limit_in_s.has_value());
}

TEST(Change, ANumberThatStandsForAnotherObjectHasGoneAndCome) {
  FakeSource source;
  source.process("/bin/shop", 5);
  source.snapshot(0, {handle(3, "pipe:[10]", "pipe"), handle(4, "/a"), handle(5, "/b")});
  source.snapshot(
      1, {handle(3, "pipe:[11]", "pipe"), handle(4, "/a (deleted)"), handle(5, "pipe:[12]", "pipe")});
  const report::TableChange only = change(source).processes.at(0);
  EXPECT_EQ(only.came, 2U) << "the pipes";
  EXPECT_EQ(only.went, 2U) << "a pipe and /b; a deleted file is the same file";
}

TEST(Change, ASocketThatConnectedMeanwhileIsTheSame) {
  FakeSource source;
  source.process("/bin/shop", 5);
  source.snapshot(0, {handle(3, "socket:[10]", "socket")});
  model::Handle connected = handle(3, "10.0.0.4:40000 -> 10.0.0.9:80", "tcp socket");
  connected.facts.push_back({.key = model::FactKey::inode, .number = 10, .text = {}});
  source.snapshot(1, {connected});
  EXPECT_EQ(change(source).processes.at(0).came, 0U);
}

TEST(Change, EventsTellThatANumberWasOpenedAnewAndByWhom) {
  FakeSource source;
  source.process("/bin/shop", 5);
  const model::StackId fetch = source.stack("fetch_rate");
  source.event(open, 1, 3, fetch);
  source.event(open, 1.5, 4, fetch);
  source.snapshot(2, {handle(3, "/a"), handle(4, "/a")});
  source.event(close, 3, 3);
  source.event(open, 4, 3, fetch);
  source.snapshot(5, {handle(3, "/a"), handle(4, "/a")});
  const report::TableChange only = change(source).processes.at(0);
  EXPECT_EQ(only.came, 1U);
  EXPECT_EQ(only.went, 1U);
  ASSERT_TRUE(only.groups_came.at(0).origin.has_value());
  EXPECT_EQ(only.groups_came.at(0).origin->stack.at(0).function, "fetch_rate");
}

TEST(Change, HandlesOfOneStackAreOneGroupWhateverTheirNames) {
  FakeSource source;
  source.process("/bin/shop", 5);
  const model::StackId fetch = source.stack("fetch_rate");
  source.snapshot(0, {});
  source.event(open, 1, 3, fetch);
  source.event(open, 1.5, 4, fetch);
  source.snapshot(2, {handle(3, "/etc/a"), handle(4, "/var/b")});
  const report::TableChange only = change(source).processes.at(0);
  ASSERT_EQ(only.groups_came.size(), 1U);
  EXPECT_EQ(only.groups_came[0].count, 2U);
  EXPECT_EQ(only.groups_came[0].pattern, "");
}

TEST(Change, TwoRunsOfAProgramAreComparedByTypeAndPattern) {
  FakeSource before;
  before.process("/bin/shop", 5);
  before.snapshot(0, {handle(3, "/log/1"), handle(4, "/log/2"), handle(5, "/etc/a")});
  FakeSource after;
  after.process("/bin/shop", 9);
  after.snapshot(0, {handle(3, "/etc/a"), handle(4, "/log/7"), handle(5, "/log/8"), handle(6, "/log/9")});
  const report::TableChange only = change(before, after).processes.at(0);
  EXPECT_FALSE(only.same_process);
  EXPECT_EQ(only.came, 1U);
  EXPECT_EQ(only.went, 0U);
  EXPECT_EQ(only.rate_per_second, 0);
}

TEST(Change, ProcessesWithoutAPartnerAreNamed) {
  FakeSource before;
  before.process("/bin/shop", 5);
  before.snapshot(0, {});
  before.process("/bin/old", 6);
  before.snapshot(0, {});
  FakeSource after;
  after.process("/bin/shop", 5);
  after.snapshot(0, {});
  after.process("/bin/new", 7);
  after.snapshot(0, {});
  const report::TableChanges changes = change(before, after);
  EXPECT_EQ(changes.processes.size(), 1U);
  EXPECT_EQ(changes.only_before, std::vector<std::string>{"old (pid 6)"});
  EXPECT_EQ(changes.only_after, std::vector<std::string>{"new (pid 7)"});
}

TEST(Change, AProgramWithSeveralProcessesIsNotGuessedAt) {
  FakeSource before;
  before.process("/bin/shop", 5);
  before.snapshot(0, {});
  FakeSource after;
  for (const std::int64_t pid : {7, 8}) {
    after.process("/bin/shop", pid);
    after.snapshot(0, {});
  }
  const report::TableChanges changes = change(before, after);
  EXPECT_TRUE(changes.processes.empty());
  EXPECT_EQ(changes.only_after.size(), 2U);
}

}  // namespace
}  // namespace ajar::analyze
