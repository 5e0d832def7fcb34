#include "analyze/curve.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::int64_t opened(const Curve& curve) {
  std::int64_t sum = 0;
  for (const Curve::Bucket& bucket : curve.buckets()) sum += bucket.opened;
  return sum;
}

TEST(Curve, StaysBoundedAndLosesNothingHoweverLongTheRun) {
  Curve curve;
  for (int i = 0; i < 5000; ++i) curve.add_opened(seconds(i));
  EXPECT_LE(curve.buckets().size(), Curve::max_buckets);
  EXPECT_GE(curve.buckets().size(), Curve::max_buckets / 2 - 1);
  EXPECT_EQ(opened(curve), 5000);
  curve.add_opened(hours(24 * 365));
  EXPECT_LE(curve.buckets().size(), 2U);
  EXPECT_EQ(opened(curve), 5001);
}

TEST(Curve, TheOrderInWhichThingsAreCountedDoesNotMatter) {
  Curve forward;
  Curve backward;
  for (int i = 0; i < 1000; ++i) forward.add_opened(milliseconds(i * 7));
  for (int i = 1000; i-- > 0;) backward.add_opened(milliseconds(i * 7));
  ASSERT_EQ(forward.buckets().size(), backward.buckets().size());
  for (std::size_t i = 0; i < forward.buckets().size(); ++i) {
    EXPECT_EQ(forward.buckets()[i].index, backward.buckets()[i].index);
    EXPECT_EQ(forward.buckets()[i].opened, backward.buckets()[i].opened);
  }
}

TEST(Curve, CurvesOfDifferentWidthAddUp) {
  Curve narrow;
  Curve wide;
  narrow.add_opened(milliseconds(3));
  wide.add_opened(seconds(100));
  wide.add_closed(milliseconds(2));
  Curve sum = narrow;
  sum.add(wide);
  EXPECT_EQ(opened(sum), 2);
  EXPECT_EQ(sum.width(), wide.width());
  ASSERT_EQ(sum.buckets().size(), 2U);
  EXPECT_EQ(sum.buckets()[0].closed, 1);
  sum.add(wide, -1);
  EXPECT_EQ(opened(sum), 1);
}

TEST(Curve, ACurveOfAMomentAddsUpWithOneOfACentury) {
  Curve century;
  Curve moment;
  century.add_opened(std::chrono::years(100));
  moment.add_opened(milliseconds(50));
  century.add(moment);
  ASSERT_EQ(century.buckets().size(), 2U);
  EXPECT_EQ(century.buckets()[0].index, 0U);
}

TEST(Curve, WhatLiesBeforeItsZeroCountsAsAtZero) {
  Curve curve;
  curve.add_opened(seconds(-5));
  ASSERT_EQ(curve.buckets().size(), 1U);
  EXPECT_EQ(curve.buckets()[0].index, 0U);
}

}  // namespace
}  // namespace ajar::analyze
