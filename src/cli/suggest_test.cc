#include "cli/suggest.h"

#include <gtest/gtest.h>

namespace ajar::cli {
namespace {

const std::vector<std::string> known = {"run", "report", "symbols", "check"};

TEST(Suggest, FindsTheWordWithTwoLettersSwapped) {
  EXPECT_EQ(suggest("reprot", known), "report");
}

TEST(Suggest, FindsAWordThatLostALetter) {
  EXPECT_EQ(suggest("chek", known), "check");
}

TEST(Suggest, TakesTheNearestOfSeveral) {
  EXPECT_EQ(suggest("rum", std::vector<std::string>{"ruin", "run", "drum-kit"}), "run");
}

TEST(Suggest, IsSilentWhereNothingIsNear) {
  EXPECT_EQ(suggest("attach", known), "");
  EXPECT_EQ(suggest("", known), "");
  EXPECT_EQ(suggest("run", {}), "");
}

}  // namespace
}  // namespace ajar::cli
