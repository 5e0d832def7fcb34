#include "report/words.h"

#include <gtest/gtest.h>

namespace ajar::report {
namespace {

TEST(Words, DurationsAreSaidInTheUnitsThatPeopleUse) {
  EXPECT_EQ(duration(0), "0 s");
  EXPECT_EQ(duration(-1), "0 s");
  EXPECT_EQ(duration(0.0001), "under 1 ms");
  EXPECT_EQ(duration(0.004), "0.004 s");
  EXPECT_EQ(duration(0.1), "0.1 s");
  EXPECT_EQ(duration(62.44), "62.4 s");
  EXPECT_EQ(duration(99.96), "1 min 40 s");
  EXPECT_EQ(duration(192), "3 min 12 s");
  EXPECT_EQ(duration(120), "2 min");
  EXPECT_EQ(duration(3599.8), "1 h");
  EXPECT_EQ(duration(7500), "2 h 5 min");
  EXPECT_EQ(duration(86399), "1 d");
  EXPECT_EQ(duration(273600), "3 d 4 h");
}

TEST(Words, NumbersHaveThousandsSeparators) {
  EXPECT_EQ(thousands(0), "0");
  EXPECT_EQ(thousands(999), "999");
  EXPECT_EQ(thousands(1000), "1,000");
  EXPECT_EQ(thousands(1234567), "1,234,567");
  EXPECT_EQ(counted(1, "handle", "handles"), "1 handle");
  EXPECT_EQ(counted(1204, "handle", "handles"), "1,204 handles");
}

TEST(Words, SlowRatesAreSaidByTheMinuteOrHour) {
  EXPECT_EQ(rate(13), "13.0/s");
  EXPECT_EQ(rate(12345.6), "12,346/s");
  EXPECT_EQ(rate(0.05), "3.0/min");
  EXPECT_EQ(rate(0.001), "3.6/h");
}

TEST(Words, SayTimesOfTheClockInUtc) {
  EXPECT_EQ(utc(0), "1970-01-01 00:00:00");
  EXPECT_EQ(utc(1'331'795'334'625'000'000), "2012-03-15 07:08:54");
  EXPECT_EQ(utc(-1), "1969-12-31 23:59:59");
}

TEST(Words, LeaveTheDayOutOfTheEndOfASpanOfOneDay) {
  constexpr std::int64_t kHour = 3'600'000'000'000;
  EXPECT_EQ(utc_span(kHour, 3 * kHour), "1970-01-01 01:00:00 to 03:00:00");
  EXPECT_EQ(utc_span(kHour, 25 * kHour), "1970-01-01 01:00:00 to 1970-01-02 01:00:00");
}

}  // namespace
}  // namespace ajar::report
