#include "base/number_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ajar::base {
namespace {

using testing::ElementsAre;
using testing::Pair;

template <typename T>
std::vector<std::pair<std::uint64_t, T>> all(const NumberMap<T>& map) {
  std::vector<std::pair<std::uint64_t, T>> found;
  map.for_each([&](std::uint64_t number, const T& value) { found.emplace_back(number, value); });
  return found;
}

TEST(NumberMap, FindsWhatWasPutAndNothingElse) {
  NumberMap<int> map;
  map[3] = 30;
  map[64] = 640;
  map[0xffff'ffff'0000] = 7;
  ASSERT_NE(map.find(64), nullptr);
  EXPECT_EQ(*map.find(64), 640);
  EXPECT_EQ(*map.find(0xffff'ffff'0000), 7);
  EXPECT_EQ(map.find(4), nullptr);
  EXPECT_EQ(map.find(1'000'000), nullptr);
  EXPECT_EQ(map.find(UINT64_MAX), nullptr);
}

TEST(NumberMap, VisitsByNumber) {
  NumberMap<int> map;
  for (const std::uint64_t number : {UINT64_MAX, std::uint64_t{70}, std::uint64_t{0}, std::uint64_t{69}}) {
    map[number] = static_cast<int>(number % 100);
  }
  EXPECT_THAT(all(map), ElementsAre(Pair(0, 0), Pair(69, 69), Pair(70, 70), Pair(UINT64_MAX, 15)));
}

TEST(NumberMap, AnErasedNumberStartsAnew) {
  NumberMap<std::string> map;
  map[5] = "old";
  map[UINT64_MAX] = "old";
  map.erase(5);
  map.erase(6);
  map.erase(UINT64_MAX);
  EXPECT_EQ(map.find(5), nullptr);
  EXPECT_EQ(map[5], "");
  EXPECT_EQ(map[UINT64_MAX], "");
}

TEST(NumberMap, ErasesWhatMeetsACondition) {
  NumberMap<int> map;
  for (std::uint64_t number = 0; number < 200; ++number) map[number] = static_cast<int>(number);
  map.erase_if([](std::uint64_t number, int) { return number % 100 != 7; });
  EXPECT_THAT(all(map), ElementsAre(Pair(7, 7), Pair(107, 107)));
}

TEST(NumberMap, ACopyIsItsOwn) {
  NumberMap<int> map;
  map[5] = 1;
  NumberMap<int> copy = map;
  copy[5] = 2;
  copy[6] = 3;
  EXPECT_THAT(all(map), ElementsAre(Pair(5, 1)));
  map = copy;
  EXPECT_THAT(all(map), ElementsAre(Pair(5, 2), Pair(6, 3)));
}

}  // namespace
}  // namespace ajar::base
