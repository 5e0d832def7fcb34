#include "analyze/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ajar::analyze {
namespace {

using testing::HasSubstr;
using testing::Optional;

// A process that is asked again and again.
class Asked {
 public:
  explicit Asked(std::string_view text) : condition_(Condition::parse(text).value()) {}

  std::string by(const CountFacts& facts, double at_s = 0) {
    return condition_.holds(facts, at_s, state_).value_or("");
  }

 private:
  Condition condition_;
  Condition::State state_;
};

std::string by(std::string_view text, const CountFacts& facts) {
  return Asked(text).by(facts);
}

std::string error_of(std::string_view text) {
  const auto parsed = Condition::parse(text);
  return parsed.ok() ? "" : parsed.error().message();
}

TEST(Condition, ComparesEachQuantity) {
  EXPECT_EQ(by("count>1000", {.count = 1001}), "count>1000");
  EXPECT_EQ(by("count>1000", {.count = 1000}), "");
  EXPECT_EQ(by("count>=1000", {.count = 1000}), "count>=1000");
  EXPECT_EQ(by("count < 3", {.count = 2}), "count < 3");
  EXPECT_EQ(by("count<=3", {.count = 4}), "");
  EXPECT_EQ(by("rate>5/s", {.rate_per_second = 5.1}), "rate>5/s");
  EXPECT_EQ(by("rate>5", {.rate_per_second = 4.9}), "");
  EXPECT_EQ(by("rate>300/m", {.rate_per_second = 5.1}), "rate>300/m");
  EXPECT_EQ(by("rate>20/h", {.rate_per_second = 0.006}), "rate>20/h");
  EXPECT_EQ(by("share>80%", {.share = 0.81}), "share>80%");
  EXPECT_EQ(by("share>0.8", {.share = 0.79}), "");
  EXPECT_EQ(by("full<10m", {.full_in_s = 599.0}), "full<10m");
  EXPECT_EQ(by("refused", {.refused = true}), "refused");
  EXPECT_EQ(by("refused or system-full", {.system_full = true}), "system-full");
}

TEST(Condition, IsNotFulfilledByWhatIsNotKnown) {
  for (const char* text :
       {"rate>0/s", "rate<1/s", "share<1%", "full<1d", "full>1s", "refused", "system-full"})
    EXPECT_EQ(by(text, {.count = 5}), "") << text;
}

TEST(Condition, SaysByWhichOfItsPartsItHolds) {
  const char* const text = "count>1000 or rate>5/s and share>50% or full<10m";
  EXPECT_EQ(by(text, {.count = 2000, .full_in_s = 1.0}), "count>1000");
  EXPECT_EQ(by(text, {.count = 1, .rate_per_second = 6.0, .share = 0.6}), "rate>5/s and share>50%");
  EXPECT_EQ(by(text, {.count = 1, .rate_per_second = 6.0, .share = 0.4}), "");
  EXPECT_EQ(by(text, {.count = 1, .full_in_s = 1.0}), "full<10m");
}

TEST(Condition, ParenthesesBind) {
  EXPECT_EQ(by("count>10 and (rate>5 or share>50%)", {.count = 11, .share = 0.6}),
            "count>10 and (rate>5 or share>50%)");
  EXPECT_EQ(by("(count>10 or rate>5) and share>50%", {.count = 11}), "");
}

TEST(Condition, WithADurationHoldsOnlyAfterItHeldSoLongWithoutABreak) {
  Asked asked("count>1000 for 1m or rate>9");
  const CountFacts many{.count = 1001};
  EXPECT_EQ(asked.by(many, 100), "");
  EXPECT_EQ(asked.by(many, 159), "");
  EXPECT_EQ(asked.by(many, 160), "count>1000 for 1m");
  EXPECT_EQ(asked.by({.count = 1000}, 161), "");
  EXPECT_EQ(asked.by(many, 162), "");
  EXPECT_EQ(asked.by(many, 221), "");
  EXPECT_EQ(asked.by(many, 222), "count>1000 for 1m");
}

TEST(Condition, DurationBehindAParenthesisIsForAllOfIt) {
  Asked asked("(count>1000 or rate>5) for 10s");
  EXPECT_EQ(asked.by({.count = 1001}, 0), "");
  EXPECT_EQ(asked.by({.count = 1, .rate_per_second = 6.0}, 9), "");
  EXPECT_EQ(asked.by({.count = 1001}, 10), "(count>1000 or rate>5) for 10s");
}

TEST(Condition, TellsWhatItAsksFor) {
  const Condition condition = Condition::parse("COUNT>5 OR (Full<1m AND count<9)").value();
  EXPECT_TRUE(condition.asks_for(Condition::Quantity::full));
  EXPECT_TRUE(condition.asks_for(Condition::Quantity::count));
  EXPECT_FALSE(condition.asks_for(Condition::Quantity::share));
  EXPECT_FALSE(condition.asks_for(Condition::Quantity::refused));
}

TEST(Condition, ThatIsNoneIsRefusedWithWhatCouldStandThere) {
  EXPECT_THAT(error_of("cuont>5"), HasSubstr("'cuont' is nothing to ask for; there are count, rate"));
  EXPECT_THAT(error_of("count>many"), HasSubstr("'many' is no number of handles: 1000"));
  EXPECT_THAT(error_of("count 5"), HasSubstr("'5' stands where '>' or '<' has to"));
  EXPECT_THAT(error_of("rate>5/y"), HasSubstr("'5/y' is no rate: 5/s"));
  EXPECT_THAT(error_of("share>most"), HasSubstr("80%"));
  EXPECT_THAT(error_of("share>80"), HasSubstr("'80' is no share of the limit: 80%"));
  EXPECT_THAT(error_of("full<10%"), HasSubstr("10m"));
  EXPECT_THAT(error_of("count>-5"), HasSubstr("'-5'"));
  EXPECT_THAT(error_of("count>inf"), HasSubstr("'inf'"));
  EXPECT_THAT(error_of("count>5 for ever"), HasSubstr("'ever' is no duration"));
  EXPECT_THAT(error_of("count>5 rate>5"), HasSubstr("'rate' is not understood there"));
  EXPECT_THAT(error_of("(count>5"), HasSubstr("breaks off"));
  EXPECT_THAT(error_of("count>5)"), HasSubstr("')' is not understood"));
  EXPECT_THAT(error_of("count>"), HasSubstr("breaks off"));
  EXPECT_THAT(error_of("count>5 or"), HasSubstr("breaks off"));
  EXPECT_THAT(error_of(""), HasSubstr("breaks off"));
  EXPECT_THAT(error_of("count=5"), HasSubstr("'=' stands where"));
  EXPECT_THAT(error_of(std::string(100, '(') + "count>5"), HasSubstr("too deep"));
  EXPECT_THAT(error_of(std::string(5000, ' ')), HasSubstr("4,096"));
}

}  // namespace
}  // namespace ajar::analyze
