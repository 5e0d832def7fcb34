#include "model/address_stacks.h"

#include <gtest/gtest.h>

#include <array>

namespace ajar::model {
namespace {

TEST(CodeRanges, AReturnAddressRightBehindAModuleIsOfIt) {
  CodeRanges code;
  code.load(0x1000, 0x2000, ModuleId{1});
  code.load(0x2000, 0x3000, ModuleId{2});
  EXPECT_EQ(code.frame(0x2000).module, ModuleId{1});
  EXPECT_EQ(code.frame(0x2000).offset, 0x1000U);
  EXPECT_EQ(code.frame(0x2001).module, ModuleId{2});
  EXPECT_TRUE(code.frame(0x1000).module.none());
  EXPECT_EQ(code.frame(0x9999).offset, 0x9999U);
}

TEST(CodeRanges, WhatIsLoadedCountsBeforeWhatWasUnloadedThere) {
  CodeRanges code;
  code.load(0x1000, 0x3000, ModuleId{1});
  code.unload(ModuleId{1});
  EXPECT_EQ(code.frame(0x1800).module, ModuleId{1});
  code.load(0x1000, 0x2000, ModuleId{2});
  EXPECT_EQ(code.frame(0x1800).module, ModuleId{2});
  EXPECT_EQ(code.frame(0x2800).module, ModuleId{1});
}

TEST(CodeRanges, OfWhatWasUnloadedTheLastFewAreKnown) {
  CodeRanges code;
  for (std::uint32_t i = 1; i <= CodeRanges::kMostUnloaded + 1; ++i)
    code.unloaded(i * 0x1000ULL, i * 0x1000ULL + 0x1000, ModuleId{i});
  EXPECT_TRUE(code.frame(0x1800).module.none());
  EXPECT_EQ(code.frame(0x2800).module, ModuleId{2});
}

TEST(AddressStacks, EqualStacksAreOneAndShareTheirInnermostFrames) {
  World world;
  CodeRanges code;
  code.load(0x1000, 0x2000, ModuleId{1});
  AddressStacks stacks(world);
  const std::array<std::uint64_t, 2> first{0x1100, 0x1200}, second{0x1100, 0x1300};
  const StackId one = stacks.add(first, &code);
  EXPECT_EQ(stacks.add(first, &code), one);
  EXPECT_NE(stacks.add(second, &code), one);
  EXPECT_EQ(world.stacks.size(), 3U);
  EXPECT_EQ(world.frames(one).front().offset, 0x100U);
}

TEST(AddressStacks, FramesOfOthersAreInNoModule) {
  World world;
  CodeRanges code;
  code.load(0x1000, 0x2000, ModuleId{1});
  AddressStacks stacks(world);
  const std::array<std::uint64_t, 1> addresses{0x1100};
  const StackId own = stacks.add(addresses, &code);
  const StackId foreign = stacks.add(addresses, nullptr);
  EXPECT_NE(own, foreign);
  EXPECT_TRUE(world.frames(foreign).front().module.none());
}

TEST(AddressStacks, AfterAChangeOfCodeTheSameAddressIsAnotherFrame) {
  World world;
  CodeRanges code;
  AddressStacks stacks(world);
  const std::array<std::uint64_t, 1> addresses{0x1100};
  const StackId before = stacks.add(addresses, &code);
  code.load(0x1000, 0x2000, ModuleId{1});
  stacks.forget();
  const StackId after = stacks.add(addresses, &code);
  EXPECT_TRUE(world.frames(before).front().module.none());
  EXPECT_EQ(world.frames(after).front().module, ModuleId{1});
}

}  // namespace
}  // namespace ajar::model
