#include "render/sparkline.h"

#include <gtest/gtest.h>

namespace ajar::render {
namespace {

TEST(Sparkline, IsAsHighAsTheNumbersBetweenItsOwnLeastAndMost) {
  EXPECT_EQ(sparkline({{0, 100}, {1, 110}, {2, 120}, {3, 170}, {4, 100}}, 0, 5, 5), "▁▂▃█▁");
}

TEST(Sparkline, GoesOnBetweenItsPointsAndIsBlankBeforeAndAfter) {
  EXPECT_EQ(sparkline({{2, 1}, {4, 9}}, 0, 8, 8), "  ▁▁█   ");
}

TEST(Sparkline, OfWhatDoesNotChangeIsFlat) {
  EXPECT_EQ(sparkline({{0, 7}, {3, 7}}, 0, 3, 3), "▁▁▁");
}

TEST(Sparkline, OfNothingIsBlank) {
  EXPECT_EQ(sparkline({}, 0, 5, 4), "    ");
  EXPECT_EQ(sparkline({{0, 1}}, 0, 0, 2), "▁ ");
  EXPECT_EQ(sparkline({{0, 1}}, 0, 5, 0), "");
}

}  // namespace
}  // namespace ajar::render
