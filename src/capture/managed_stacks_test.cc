#include "capture/managed_stacks.h"

#include <gtest/gtest.h>

#include <string_view>

namespace ajar::capture {
namespace {

// A frame's letter; a capital one is a joint, a dot is a marker.
std::vector<Strand> strands(std::string_view letters) {
  std::vector<Strand> all;
  for (const char c : letters) {
    all.push_back({.row = model::StackId{static_cast<std::uint32_t>(c)},
                   .joint = c >= 'A' && c <= 'Z',
                   .marker = c == '.'});
  }
  return all;
}

std::string woven(std::string_view native, std::string_view managed, bool cut = false) {
  std::string text;
  for (const model::StackId row : weave(strands(native), strands(managed), cut)) {
    text += row.none() ? '_' : static_cast<char>(row.value);
  }
  return text;
}

TEST(Weave, ManagedFramesStandWhereTheirActivationDoes) {
  EXPECT_EQ(woven("abXcd", "pQ"), "abpQcd");
  EXPECT_EQ(woven("aXbYc", "pQrsT"), "apQbrsTc");
  EXPECT_EQ(woven("ab", ""), "ab");
}

TEST(Weave, AnActivationThatRunsNothingYetStaysAsItIs) {
  EXPECT_EQ(woven("aXbYc", "pQ"), "aXbpQc");
  EXPECT_EQ(woven("aXb", ""), "aXb");
}

TEST(Weave, FramesOfActivationsThatNobodySawStandWithTheNextOne) {
  EXPECT_EQ(woven("aYc", "pQrsT"), "apQrsTc");
  EXPECT_EQ(woven("abc", "pQ"), "abcpQ");
}

TEST(Weave, OfAStackThatWasCutTheInnermostFramesBelongTogether) {
  EXPECT_EQ(woven("aXb.", "pQrsTu"), "apQbrsTu.");
  EXPECT_EQ(woven("aXbYc.", "pQ"), "apQbYc.");
  EXPECT_EQ(woven(".", "pQ"), "pQ.");
}

TEST(Weave, OnBothSidesOfAGapTheFramesNearestToTheEndsBelongTogether) {
  EXPECT_EQ(woven("aXb.cYd", "pQrStU"), "apQbrS.ctUd");
  EXPECT_EQ(woven("aXb.cYd", "pQ"), "aXb.cpQd");
  EXPECT_EQ(woven("aXb.cYd.", "pQrS"), "apQb.crSd.");
  EXPECT_EQ(woven("aXb.c", "p.q"), "ap.qb.c");
}

TEST(Weave, ManagedFramesThatWereCutEndWithWhatIsKnown) {
  EXPECT_EQ(woven("aXbYc", "pQr"), "apQbrc");
}

TEST(Weave, ManagedFramesThatGoOnUnknownBelongToTheInnermostActivations) {
  EXPECT_EQ(woven("aXbYc", "pQ", true), "apQ_bYc");
  EXPECT_EQ(woven("aXbYc", "pQr", true), "apQbr_c");
  EXPECT_EQ(woven("aXbYc", "p", true), "ap_bYc");
  EXPECT_EQ(woven("aXb.Yc", "pQ", true), "apQ_b.Yc");
  EXPECT_EQ(woven("ab", "pQ", true), "abpQ_");
}

// A stack of so many frames.
model::StackId add_stack(model::World& world, std::size_t frames) {
  model::StackId stack;
  for (std::size_t i = 0; i < frames; ++i) {
    model::StackNode row{.callee = stack, .frame = {}};
    row.frame.offset = i;
    stack = world.stacks.add(row);
  }
  return stack;
}

TEST(ManagedStacks, AreNotWovenWhereAVictimWroteMoreThanAnAgentDoes) {
  model::World world;
  ManagedStacks stacks;
  const auto add = [&](const model::StackNode& row) { return world.stacks.add(row); };
  const model::StackId native = add_stack(world, 10);
  const model::StackId managed = add_stack(world, 5);
  const model::StackId endless = add_stack(world, 5000);
  EXPECT_NE(stacks.woven(world, {native, managed}, add), native);
  const std::size_t rows = world.stacks.size();
  EXPECT_EQ(stacks.woven(world, {native, endless}, add), native);
  EXPECT_EQ(stacks.woven(world, {endless, managed}, add), endless);
  EXPECT_EQ(world.stacks.size(), rows);
}

TEST(ManagedStacks, AreWovenOnceAndShareWhatIsTheSame) {
  model::World world;
  ManagedStacks stacks;
  const auto add = [&](const model::StackNode& row) { return world.stacks.add(row); };
  const model::StackId native = add_stack(world, 10);
  const model::StackId managed = add_stack(world, 5);
  const model::StackId once = stacks.woven(world, {native, managed}, add);
  const std::size_t rows = world.stacks.size();
  EXPECT_EQ(stacks.woven(world, {native, managed}, add), once);
  const model::StackId caller = world.stacks.add({.callee = native, .frame = {}});
  EXPECT_NE(stacks.woven(world, {caller, managed}, add), once);
  EXPECT_EQ(world.stacks.size(), rows + 1 + 6)
      << "the caller, and above ten shared rows it and the managed frames";
}

}  // namespace
}  // namespace ajar::capture
