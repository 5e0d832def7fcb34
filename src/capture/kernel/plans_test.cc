#include "capture/kernel/plans.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "calls/call_rows.h"
#include "calls/numbers.h"

namespace ajar::capture::kernel {
namespace {

TEST(Plans, TellOfEveryCallOfTheCatalogThatChangesATable) {
  const std::vector<ajar_call_plan> plans = make_plans();
  ASSERT_EQ(plans.size(), std::size_t{AJAR_PLANS});
  for (const calls::CallRow& row : calls::kCallRows) {
    // exec is told by a tracepoint of its own, and so are processes; io_uring by its wishes.
    const bool otherwise = row.effect == calls::Effect::ENTERS_PROGRAM ||
                           (row.effect == calls::Effect::COPIES_TABLE && row.number < calls::kClone3 &&
                            row.number != calls::kClone) ||
                           row.number == calls::kIoUringEnter;
    EXPECT_EQ(plans[row.number].what != 0, !otherwise) << row.number;
  }
}

TEST(Plans, SayNothingOfOtherCallsButOfMappings) {
  const std::vector<ajar_call_plan> plans = make_plans();
  for (std::uint16_t number = 0; number < AJAR_CALL_NUMBERS; ++number) {
    const bool maps = number == calls::kMmap || number == calls::kMunmap || number == calls::kMprotect;
    if (calls::call_row(number) != nullptr || maps) continue;
    EXPECT_EQ(plans[number].what, 0) << number;
  }
}

TEST(Plans, KnowWhichArgumentsAreDescriptors) {
  const std::vector<ajar_call_plan> plans = make_plans();
  EXPECT_EQ(plans[calls::kRead].uses, 1);
  EXPECT_EQ(plans[AJAR_CALL_NUMBERS + 3].uses, 1) << "read() of 32-bit programs";
  EXPECT_EQ(plans[275].uses, 1 | 4) << "splice()";
  EXPECT_EQ(plans[calls::kMmap].uses, 16);
  EXPECT_EQ(plans[calls::kAccept].uses, 0) << "which opens: its failures are told as such";
  EXPECT_EQ(plans[calls::kFcntl].uses, 0) << "by which programs ask whether a number is open";
}

TEST(Plans, KnowThatEpollIsOnlyMadeSureOf) {
  const std::vector<ajar_call_plan> plans = make_plans();
  for (const std::uint32_t row : {233U, AJAR_CALL_NUMBERS + 255U}) {
    EXPECT_EQ(plans[row].what, 0) << "epoll_ctl() is looked at where it has failed";
    EXPECT_EQ(plans[row].uses, 1 | 4);
    EXPECT_EQ(plans[row].uses_by, 2) << "its operation";
    const auto all = make_plans_by_argument();
    const auto remove = std::ranges::find_if(
        all, [&](const PlanByArgument& plan) { return plan.row == row && plan.value == 2; });
    ASSERT_NE(remove, all.end());
    EXPECT_EQ(remove->plan.uses, 1);
  }
}

TEST(Plans, OfCloseTellBeforeTheKernelActs) {
  const ajar_call_plan close = make_plans()[calls::kClose];
  EXPECT_EQ(close.what, AJAR_PLAN_CLOSES);
  EXPECT_EQ(close.closes, 0);
}

TEST(Plans, HaveTheNumbersOf32BitPrograms) {
  const struct {
    int number_32, number;
  } same[] = {{5, 2},     {6, 3},     {359, 41}, {295, 257}, {63, 33},
              {331, 293}, {364, 288}, {221, 72}, {54, 16},   {436, 436}};
  for (const auto& row : same)
    EXPECT_EQ(calls::call_row_32(row.number_32), calls::call_row(row.number)) << row.number;
}

TEST(Plans, OfFcntlAndIoctlAreForWhatOpens) {
  const auto plans = make_plans_by_argument();
  const auto has = [&](std::uint32_t row, std::uint32_t value) {
    return std::ranges::any_of(
        plans, [&](const PlanByArgument& plan) { return plan.row == row && plan.value == value; });
  };
  EXPECT_TRUE(has(calls::kFcntl, 0));
  EXPECT_TRUE(has(calls::kFcntl, 1030));
  EXPECT_FALSE(has(calls::kFcntl, 1)) << "F_GETFD opens nothing";
  EXPECT_TRUE(has(calls::kIoctl, 0x5441)) << "TIOCGPTPEER";
  EXPECT_TRUE(has(AJAR_CALL_NUMBERS + 54, 0x5441));
}

}  // namespace
}  // namespace ajar::capture::kernel
