#include "import/minidump/operation_order.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "objfile/testing/fake_minidump.h"

namespace ajar::import {
namespace {

using objfile::FakeMinidump;
using Operations = std::vector<FakeMinidump::Operation>;

bool latest_first(const Operations& operations, const std::vector<std::uint64_t>& open) {
  FakeMinidump fake;
  fake.operations = operations;
  const std::string file = fake.build();
  const auto dump = objfile::Minidump::parse(objfile::bytes_of(file));
  std::vector<model::Handle> table;
  for (const std::uint64_t value : open)
    table.push_back({.value = value, .type = "Event", .name = {}, .facts = {}});
  return is_latest_first(dump.value(), table);
}

Operations reversed(Operations operations) {
  std::ranges::reverse(operations);
  return operations;
}

FakeMinidump::Operation open(std::uint64_t handle) {
  return {.handle = handle, .kind = 1};
}
FakeMinidump::Operation close(std::uint64_t handle) {
  return {.handle = handle, .kind = 2};
}

TEST(OperationOrder, WhatWasOpenedAndClosedAndIsNotInTheTableTellsIt) {
  Operations oldest_first;
  // Numbers go down, so that it is not them that tell.
  for (const std::uint64_t handle : {40U, 36U, 32U, 28U}) {
    oldest_first.push_back(open(handle));
    oldest_first.push_back(close(handle));
  }
  EXPECT_FALSE(latest_first(oldest_first, {}));
  EXPECT_TRUE(latest_first(reversed(oldest_first), {}));
}

TEST(OperationOrder, WhatWasClosedAndOpenedAgainAndIsInTheTableTellsIt) {
  Operations oldest_first;
  for (const std::uint64_t handle : {40U, 36U, 32U, 28U}) {
    oldest_first.push_back(close(handle));
    oldest_first.push_back(open(handle));
  }
  EXPECT_FALSE(latest_first(oldest_first, {28, 32, 36, 40}));
  EXPECT_TRUE(latest_first(reversed(oldest_first), {28, 32, 36, 40}));
}

TEST(OperationOrder, NumbersThatRiseTellItWhereNothingIsClosed) {
  const Operations oldest_first = {open(4), open(8), open(12), open(16), open(20)};
  const std::vector<std::uint64_t> table = {4, 8, 12, 16, 20};
  EXPECT_FALSE(latest_first(oldest_first, table));
  EXPECT_TRUE(latest_first(reversed(oldest_first), table));
}

TEST(OperationOrder, WhereNothingTellsItIsThatOfWindows) {
  EXPECT_TRUE(latest_first({}, {}));
  EXPECT_TRUE(latest_first({open(4)}, {4}));
}

}  // namespace
}  // namespace ajar::import
