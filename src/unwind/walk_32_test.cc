#include "unwind/walk_32.h"

#include <gtest/gtest.h>

#include <array>

namespace ajar::unwind {
namespace {

constexpr std::uint64_t kBegin = 0xffff'd000;

// From kBegin on.
constexpr std::array<std::uint32_t, 6> kWords = {1, 2, 0x5655'1234, 0xffff'd014, 0x5655'5678, 6};

StackCopy32 copy() {
  return {.low = kBegin,
          .high = kBegin + sizeof(kWords),
          .shift = reinterpret_cast<std::uint64_t>(kWords.data()) - kBegin};
}

Registers at(std::uint64_t sp, std::uint64_t bp) {
  return {.pc = 0x5655'1000, .sp = sp, .bp = bp};
}

TEST(Walk32, GoesToTheCallerWhoseAddressIs4BytesBelowTheCfa) {
  Registers frame = at(kBegin, 0xffff'e000);
  const ajar_rule rule{.offset = 12, .bp_offset = -8, .cfa = AJAR_CFA_SP, .bp = AJAR_BP_AT_CFA};
  ASSERT_TRUE(step_32(rule, frame, copy()));
  EXPECT_EQ(frame.pc, 0x5655'1234U);
  EXPECT_EQ(frame.sp, kBegin + 12);
  EXPECT_EQ(frame.bp, 2U);
}

TEST(Walk32, KnowsAFrameByEbpAndAStackThatWasRealigned) {
  Registers frame = at(kBegin, kBegin + 4);
  ASSERT_TRUE(step_32({.offset = 16, .bp_offset = 0, .cfa = AJAR_CFA_BP, .bp = AJAR_BP_SAME}, frame, copy()));
  EXPECT_EQ(frame.pc, 0x5655'5678U);
  EXPECT_EQ(frame.bp, kBegin + 4);
  frame = at(kBegin, kBegin + 16);
  const ajar_rule realigned{.offset = -4, .bp_offset = 0, .cfa = AJAR_CFA_BP_DEREF, .bp = AJAR_BP_AT_BP};
  ASSERT_TRUE(step_32(realigned, frame, copy()));
  EXPECT_EQ(frame.sp, kBegin + 20);
  EXPECT_EQ(frame.bp, 0x5655'5678U);
}

TEST(Walk32, LeavesTheRegistersWhereARuleCantBeFollowed) {
  const ajar_rule far{.offset = 28, .bp_offset = 0, .cfa = AJAR_CFA_SP, .bp = AJAR_BP_SAME};
  const ajar_rule nowhere{.offset = 0, .bp_offset = 0, .cfa = AJAR_CFA_SP, .bp = AJAR_BP_SAME};
  const ajar_rule no_bp{.offset = 8, .bp_offset = -12, .cfa = AJAR_CFA_SP, .bp = AJAR_BP_AT_CFA};
  const ajar_rule exotic{.offset = 8, .bp_offset = 0, .cfa = AJAR_CFA_PLT, .bp = AJAR_BP_SAME};
  for (const ajar_rule& rule : {far, nowhere, no_bp, exotic}) {
    Registers frame = at(kBegin, kBegin);
    EXPECT_FALSE(step_32(rule, frame, copy()));
    EXPECT_EQ(frame.pc, 0x5655'1000U);
    EXPECT_EQ(frame.sp, kBegin);
    EXPECT_EQ(frame.bp, kBegin);
  }
}

TEST(Walk32, KeepsToAddressesOf32Bits) {
  Registers frame = at(kBegin, 0xffff'fffc);
  const ajar_rule past_the_end{.offset = 8, .bp_offset = 0, .cfa = AJAR_CFA_BP, .bp = AJAR_BP_SAME};
  EXPECT_FALSE(step_32(past_the_end, frame, copy())) << "4, which is below the stack";
}

}  // namespace
}  // namespace ajar::unwind
