#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "unwind/programs.h"
#include "unwind/watched.h"

// On the stacks of real programs ajar's walker says of every frame what libunwind says.
namespace ajar::unwinding {
namespace {

const Watching kBrief{.pace = 20, .turns = 1};
constexpr std::uint64_t kAtLeast = 1000;  // stacks of each program, of which there are more than ten

std::vector<Program> usual_programs() {
  std::vector<Program> usual;
  std::ranges::copy_if(programs(), std::back_inserter(usual), [](const Program& p) { return !p.only_long; });
  return usual;
}

class RealProgram : public testing::TestWithParam<Program> {};

TEST_P(RealProgram, IsWalkedAsLibunwindDoes) {
  if (const Program::Need* need = missing(GetParam()); need != nullptr) {
    if (std::getenv("AJAR_TEST_ALLOW_MISSING") != nullptr) GTEST_SKIP() << "no " << need->program;
    FAIL() << need->program << " is not installed: apt-get install " << need->package;
  }
  const Watched watched = watch(GetParam(), kBrief);
  EXPECT_TRUE(watched.all_right()) << heading() << in_words(GetParam().name, watched, false);
  EXPECT_GE(watched.stacks(), kAtLeast);
  EXPECT_GT(watched.interrupted, 0U);
}

std::string name_of(const testing::TestParamInfo<Program>& tested) {
  std::string name = tested.param.name;
  std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(EveryProgram, RealProgram, testing::ValuesIn(usual_programs()), name_of);

std::string part_of(const testing::TestParamInfo<std::pair<std::string, std::string>>& tested) {
  return tested.param.first;
}

// The same with a walker that is wrong in some places: what is compared here would notice.
class BrokenWalker : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(BrokenWalker, IsNoticed) {
  const auto& [part, kind] = GetParam();
  const Watching how{.pace = 200, .turns = 1, .broken = part};
  const Watched watched = watch(programs().at(2), how);  // every frame of which is found by %rbp
  EXPECT_EQ(watched.trouble, "");
  EXPECT_TRUE(watched.wrong.contains(kind)) << in_words(part, watched, false);
  EXPECT_FALSE(watched.all_right());
  EXPECT_FALSE(watched.differences.empty());
}

INSTANTIATE_TEST_SUITE_P(EveryPart, BrokenWalker,
                         testing::Values(std::pair("frame", title(Wrong::another_frame)),
                                         std::pair("bp", title(Wrong::cut_short)),
                                         std::pair("cut", title(Wrong::cut_short)),
                                         std::pair("end", title(Wrong::ends_early)),
                                         std::pair("memo", title(Wrong::another_frame))),
                         part_of);

}  // namespace
}  // namespace ajar::unwinding
