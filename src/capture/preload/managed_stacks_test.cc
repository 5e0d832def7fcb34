#include "capture/preload/managed_stacks.h"

#include <gtest/gtest.h>

#include <string_view>

namespace ajar::capture::preload {
namespace {

// A frame's letter; a capital one is a joint, a dot is a marker.
std::vector<Strand> strands(std::string_view letters) {
  std::vector<Strand> all;
  for (const char c : letters) {
    all.push_back({.node = static_cast<std::uint32_t>(c), .joint = c >= 'A' && c <= 'Z', .marker = c == '.'});
  }
  return all;
}

std::string woven(std::string_view native, std::string_view managed) {
  std::string text;
  for (const std::uint32_t node : weave(strands(native), strands(managed))) {
    text += static_cast<char>(node);
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

ajar_node node(std::uint64_t pc, std::uint32_t callee, ajar_node_kind kind) {
  return {pc, callee, static_cast<std::uint32_t>(kind)};
}

TEST(ManagedStacks, TellPlacesByTheirNames) {
  ManagedStacks stacks;
  stacks.keep(node(0, 0, AJAR_NODE_ROOT));                             // 1
  stacks.keep(node(0x100, 1, AJAR_NODE_CALL));                         // 2
  stacks.keep(node(0x200, 2, AJAR_NODE_RUNS_MANAGED));                 // 3
  stacks.keep(node(0x300, 3, AJAR_NODE_CALL));                         // 4
  stacks.keep(node(1, 0, AJAR_NODE_ROOT));                             // 5
  stacks.keep(node(AJAR_MANAGED_PC(7, false), 5, AJAR_NODE_MANAGED));  // 6
  stacks.keep(node(AJAR_MANAGED_PC(8, true), 6, AJAR_NODE_MANAGED));   // 7
  stacks.name(7, {.function = {1}, .file = {2}, .line = 88});
  EXPECT_EQ(stacks.weave(4, 7), (std::vector<std::uint32_t>{2, 6, 7, 4}));
  EXPECT_EQ(stacks.frame(6).kind, model::FrameKind::managed);
  EXPECT_EQ(stacks.frame(6).function, model::StringId{1});
  EXPECT_EQ(stacks.frame(6).line, 88U);
  EXPECT_EQ(stacks.frame(7).marker, model::Marker::unseen);
}

TEST(ManagedStacks, NodesThatReferToThemselvesEndAPath) {
  ManagedStacks stacks;
  stacks.keep(node(0x100, 1, AJAR_NODE_CALL));
  stacks.keep(node(0x100, 9, AJAR_NODE_CALL));
  EXPECT_EQ(stacks.weave(1, 2), (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(stacks.weave(77, 0), (std::vector<std::uint32_t>{}));
}

}  // namespace
}  // namespace ajar::capture::preload
