#include "cli/setters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::cli {
namespace {

using testing::ElementsAre;

TEST(Setter, OfASwitchSetsItToWhatItMeans) {
  bool there = false, not_there = true;
  EXPECT_TRUE(set_flag(there)("").ok());
  EXPECT_TRUE(set_flag(not_there, false)("").ok());
  EXPECT_TRUE(there);
  EXPECT_FALSE(not_there);
}

TEST(Setter, OfAListKeepsEachInOrder) {
  std::vector<std::string> list;
  const Setter add = add_to(list);
  EXPECT_TRUE(add("b").ok());
  EXPECT_TRUE(add("a").ok());
  EXPECT_THAT(list, ElementsAre("b", "a"));
}

TEST(Setter, ThatRefusesLeavesWhatWasThere) {
  std::string name = "x.ajar";
  unsigned threads = 3;
  std::optional<int> status;
  std::chrono::nanoseconds age{7};
  EXPECT_EQ(set_name(name)("").error().message(), "an empty name");
  EXPECT_EQ(set_number(threads, 1, 64)("65").error().message(), "'65' is no number from 1 to 64");
  EXPECT_EQ(set_exit_status(status)("0").error().message(), "'0' is no number from 1 to 255");
  EXPECT_FALSE(set_duration(age)("soon").ok());
  EXPECT_EQ(name, "x.ajar");
  EXPECT_EQ(threads, 3U);
  EXPECT_FALSE(status.has_value());
  EXPECT_EQ(age.count(), 7);
}

TEST(Setter, OfAValueStoresItWhetherItHasToBeThereOrNot) {
  std::string name;
  std::uint64_t times = 0;
  std::optional<int> status;
  std::chrono::nanoseconds age{};
  std::optional<std::chrono::nanoseconds> wait;
  EXPECT_TRUE(set_name(name)("x.ajar").ok());
  EXPECT_TRUE(set_number(times, 1, UINT32_MAX)("4294967295").ok());
  EXPECT_TRUE(set_exit_status(status)("255").ok());
  EXPECT_TRUE(set_duration(age)("2m").ok());
  EXPECT_TRUE(set_duration(wait)("500ms").ok());
  EXPECT_EQ(name, "x.ajar");
  EXPECT_EQ(times, UINT32_MAX);
  EXPECT_EQ(status, 255);
  EXPECT_EQ(age, std::chrono::minutes(2));
  EXPECT_EQ(wait, std::chrono::milliseconds(500));
}

}  // namespace
}  // namespace ajar::cli
