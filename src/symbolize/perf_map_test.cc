#include "symbolize/perf_map.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace ajar::symbolize {
namespace {

using Names = std::map<std::uint64_t, std::string_view>;

TEST(PerfMap, AnAddressHasTheNameOfTheLineThatCoversIt) {
  const std::string text = "1000 10 first\n1010 20 second function\n";
  EXPECT_EQ(
      find_in_perf_map(text, {0xfff, 0x1000, 0x100f, 0x1010, 0x102f, 0x1030}),
      (Names{
          {0x1000, "first"}, {0x100f, "first"}, {0x1010, "second function"}, {0x102f, "second function"}}));
}

TEST(PerfMap, TheLastLineThatCoversAnAddressIsRight) {
  const std::string text = "1000 100 old\n1080 10 new\n";
  EXPECT_EQ(find_in_perf_map(text, {0x1000, 0x1080}), (Names{{0x1000, "old"}, {0x1080, "new"}}));
}

TEST(PerfMap, NumbersMayBeWrittenAsJavaDoes) {
  EXPECT_EQ(find_in_perf_map("0x00007f3ca0ec7920 0x00000000000001d0 void A.b(int)\n", {0x7f3ca0ec79e6}),
            (Names{{0x7f3ca0ec79e6, "void A.b(int)"}}));
}

TEST(PerfMap, ALineThatIsNotEndedYetDoesNotCount) {
  EXPECT_EQ(find_in_perf_map("1000 10 whole\n1000 10 ha", {0x1000}), (Names{{0x1000, "whole"}}));
  EXPECT_EQ(find_in_perf_map("1000 10 ha", {0x1000}), Names{});
}

TEST(PerfMap, WhatIsNoLineIsPassedOver) {
  const std::string text =
      "1000 10 right\n\n1000\n1000 \n1000 10\n1000 10 \nx 10 name\n-1000 10 name\n1000  10 name\n"
      "11111111111111111 10 name\n";
  EXPECT_EQ(find_in_perf_map(text, {0x1000}), (Names{{0x1000, "right"}}));
  EXPECT_EQ(find_in_perf_map("", {0x1000}), Names{});
  EXPECT_EQ(find_in_perf_map("\n", {0x1000}), Names{});
}

TEST(PerfMap, CodeThatWouldGoBeyondTheLastAddressEndsThere) {
  EXPECT_EQ(find_in_perf_map("fffffffffffffff0 ffffffffffffffff end\n", {0xfffffffffffffff8, 0x10}),
            (Names{{0xfffffffffffffff8, "end"}}));
}

TEST(PerfMap, ManyLinesThatEachCoverEverythingTakeNoLongerThanOthers) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "0 ffffffffffffffff all\n";
  std::set<std::uint64_t> addresses;
  for (std::uint64_t at = 0; at < 20'000; ++at) addresses.insert(at);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(find_in_perf_map(text, addresses).size(), addresses.size());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace ajar::symbolize
