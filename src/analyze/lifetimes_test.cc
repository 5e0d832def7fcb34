#include "analyze/lifetimes.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Lifetimes, AQuantileIsAtMostTwiceTooLong) {
  Lifetimes lifetimes;
  EXPECT_EQ(lifetimes.quantile(0.98), model::Time{0});
  lifetimes.add(milliseconds(10), 99);
  lifetimes.add(seconds(60), 1);
  EXPECT_GE(lifetimes.quantile(0.98), milliseconds(10));
  EXPECT_LE(lifetimes.quantile(0.98), milliseconds(20));
  EXPECT_GE(lifetimes.quantile(1.0), seconds(60));
  EXPECT_TRUE(lifetimes.take_back(seconds(60)));
  EXPECT_FALSE(lifetimes.take_back(seconds(60)));
  EXPECT_EQ(lifetimes.total(), 99U);
}

TEST(Lifetimes, TheRowUnderWayIsCountedApart) {
  Lifetimes lifetimes;
  lifetimes.add(seconds(1));
  lifetimes.start_row();
  lifetimes.add(milliseconds(10), 2);
  EXPECT_EQ(lifetimes.total(), 3U);
  EXPECT_EQ(lifetimes.total_in_row(), 2U);
  EXPECT_EQ(lifetimes.without_row().total(), 1U);
  EXPECT_TRUE(lifetimes.take_back(milliseconds(10)));
  EXPECT_TRUE(lifetimes.take_back(seconds(1)));
  EXPECT_EQ(lifetimes.total(), 1U);
  EXPECT_EQ(lifetimes.total_in_row(), 1U);
}

TEST(Lifetimes, OthersAddTheirRowOnlyWhereItIsTheSame) {
  Lifetimes others;
  others.add(seconds(1));
  Lifetimes sum;
  sum.add(others, false);
  EXPECT_EQ(sum.total(), 1U);
  EXPECT_EQ(sum.total_in_row(), 0U);
  sum.add(others, true);
  EXPECT_EQ(sum.total(), 2U);
  EXPECT_EQ(sum.total_in_row(), 1U);
}

}  // namespace
}  // namespace ajar::analyze
