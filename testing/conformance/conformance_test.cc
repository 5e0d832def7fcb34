#include <gtest/gtest.h>

#include <ostream>
#include <tuple>

#include "conformance/judge.h"
#include "conformance/ways.h"
#include "harness/needs.h"

// Every situation, by every way in that works here: right, or what expected.def says and why.
namespace ajar::conformance {

void PrintTo(const Situation& situation, std::ostream* out) {
  *out << situation.run;
}

namespace {

using Case = std::tuple<std::string, Situation>;

class Conformance : public testing::TestWithParam<Case> {};

TEST_P(Conformance, IsWhatTheTablesPromise) {
  const auto& [way, situation] = GetParam();
  if (situation.run == "go_files") AJAR_NEEDS("go", "golang-go");
  const Judgement judgement = judge(situation, way);
  if (judgement.result == Result::unavailable)
    GTEST_SKIP() << "this machine can't show it: " << judgement.why;
  EXPECT_EQ(name_of(judgement.result), name_of(expected(way, situation.name).result)) << judgement.why;
}

std::string name_of_case(const testing::TestParamInfo<Case>& each) {
  return std::get<0>(each.param) + "_" + std::string(std::get<1>(each.param).name);
}

INSTANTIATE_TEST_SUITE_P(Via, Conformance,
                         testing::Combine(testing::ValuesIn(usable_ways()), testing::ValuesIn(situations())),
                         name_of_case);

}  // namespace
}  // namespace ajar::conformance
