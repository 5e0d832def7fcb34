#include "analyze/share_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

using report::Verdict;
using testing::HasSubstr;

Judgement judged(std::uint64_t opened, std::uint64_t still_open) {
  Evidence e;
  e.opened = opened;
  e.closed = opened - still_open;
  e.outstanding.assign(still_open, 0);
  return judge_by_share(e);
}

TEST(ShareVerdict, CodeThatClosesNothingOfMuchIsALeak) {
  const Judgement judgement = judged(200, 200);
  EXPECT_EQ(judgement.verdict, Verdict::leak);
  EXPECT_THAT(judgement.reason, HasSubstr("none of the 200 traced opens was closed"));
}

TEST(ShareVerdict, CodeThatClosesTheLesserPartIsALeak) {
  const Judgement judgement = judged(4018, 3940);
  EXPECT_EQ(judgement.verdict, Verdict::leak);
  EXPECT_THAT(judgement.reason, HasSubstr("3,940 of 4,018 traced opens were not closed"));
}

TEST(ShareVerdict, WhatIsMostlyClosedIsInUse) {
  EXPECT_EQ(judged(4000, 900).verdict, Verdict::steady);
  EXPECT_EQ(judged(100, 1).verdict, Verdict::steady);
}

TEST(ShareVerdict, BetweenTheTwoItIsSuspected) {
  EXPECT_EQ(judged(100, 40).verdict, Verdict::suspect);
}

TEST(ShareVerdict, FewAreSuspectedAtMost) {
  EXPECT_EQ(judged(6, 6).verdict, Verdict::suspect);
  EXPECT_THAT(judged(6, 6).reason, HasSubstr("too few to tell"));
  EXPECT_EQ(judged(3, 3).verdict, Verdict::steady);
  EXPECT_EQ(judged(1, 1).verdict, Verdict::one_off);
}

TEST(ShareVerdict, SaysHowFarItCanBeTrustedAndHowToKnowMore) {
  EXPECT_THAT(judged(200, 200).reason, HasSubstr("without times"));
  EXPECT_THAT(judged(200, 200).reason, HasSubstr("ajar diff"));
  EXPECT_FALSE(judged(200, 200).growing);
  EXPECT_EQ(judged(200, 200).rate_per_second, 0);
}

}  // namespace
}  // namespace ajar::analyze
