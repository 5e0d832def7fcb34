#include "analyze/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace ajar::analyze {
namespace {

TEST(Pattern, StarStandsForAnyTextAndQuestionMarkForOneByte) {
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("/var/log/*.log", "/var/log/app/today.log"));
  EXPECT_FALSE(matches_pattern("/var/log/*.log", "/var/log/today.log.1"));
  EXPECT_TRUE(matches_pattern("a?c", "abc"));
  EXPECT_FALSE(matches_pattern("a?c", "ac"));
  EXPECT_FALSE(matches_pattern("", "a"));
  EXPECT_TRUE(matches_pattern("*ab*ab", "xabyabzab"));
}

TEST(Pattern, ManyStarsDoNotTakeForever) {
  const std::string text(5000, 'a');
  EXPECT_FALSE(matches_pattern("*a*a*a*a*a*a*a*a*b", text));
}

}  // namespace
}  // namespace ajar::analyze
