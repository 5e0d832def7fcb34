#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "conformance/judge.h"
#include "conformance/ways.h"
#include "harness/needs.h"
#include "harness/victims.h"

// Every situation, by every way in that works here: right, or what expected.def says and why. Those whose
// victim exists for musl, too, are answered in the same way there.
namespace ajar::conformance {

void PrintTo(const Situation& situation, std::ostream* out) {
  *out << situation.run;
}

namespace {

// A situation's victim, by the folder that it lies in: the system's C library, or "musl/".
struct Build {
  std::string way, folder;
  Situation situation;
};

void PrintTo(const Build& build, std::ostream* out) {
  *out << build.folder << build.situation.run;
}

bool exists(const std::string& folder, const Situation& situation) {
  return std::filesystem::exists(harness::victim_command(folder + std::string(situation.run)).at(0));
}

std::vector<Build> builds() {
  std::vector<Build> all;
  for (const std::string& way : usable_ways()) {
    for (const Situation& situation : situations()) {
      all.push_back({.way = way, .folder = "", .situation = situation});
      // No program of musl's can be entered once it runs (Injection.RefusesAProgramOfMusls).
      if (way != "attach_inject" && exists("musl/", situation))
        all.push_back({.way = way, .folder = "musl/", .situation = situation});
    }
  }
  return all;
}

class Conformance : public testing::TestWithParam<Build> {};

TEST_P(Conformance, IsWhatTheTablesPromise) {
  const auto& [way, folder, situation] = GetParam();
  if (situation.run == "go_files") AJAR_NEEDS("go", "golang-go");
  const std::string run = folder + std::string(situation.run);
  const Judgement judgement = judge({.name = situation.name, .run = run, .what = situation.what}, way);
  if (judgement.result == Result::unavailable)
    GTEST_SKIP() << "this machine can't show it: " << judgement.why;
  EXPECT_EQ(name_of(judgement.result), name_of(expected(way, situation.name).result)) << judgement.why;
}

std::string name_of_build(const testing::TestParamInfo<Build>& each) {
  const std::string name = each.param.way + "_" + std::string(each.param.situation.name);
  return each.param.folder.empty() ? name : name + "_with_musl";
}

INSTANTIATE_TEST_SUITE_P(Via, Conformance, testing::ValuesIn(builds()), name_of_build);

}  // namespace
}  // namespace ajar::conformance
