#include "base/duration.h"

#include <gtest/gtest.h>

namespace ajar::base {
namespace {

using std::chrono::nanoseconds;

TEST(Duration, TakesEachUnitAndPlainSeconds) {
  EXPECT_EQ(parse_duration("500ms").value(), nanoseconds(500'000'000));
  EXPECT_EQ(parse_duration("10s").value(), nanoseconds(10'000'000'000));
  EXPECT_EQ(parse_duration("10").value(), nanoseconds(10'000'000'000));
  EXPECT_EQ(parse_duration("2m").value(), std::chrono::minutes(2));
  EXPECT_EQ(parse_duration("1h").value(), std::chrono::hours(1));
  EXPECT_EQ(parse_duration("0.25s").value(), nanoseconds(250'000'000));
}

TEST(Duration, RejectsWhatIsNone) {
  for (const char* text : {"", "s", "-1s", "10 s", "10x", "1.2.3s", "1e9s", "99999999999999d", "."}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
}

}  // namespace
}  // namespace ajar::base
