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

// What the kernel has put there for a handler: struct rt_sigframe_ia32, and sigframe_ia32. The handler has
// returned.
struct SavedRegisters {
  std::uint32_t other[6] = {};
  std::uint32_t bp = 0xffff'd700, sp = 0xffff'd800;
  std::uint32_t more[6] = {};
  std::uint32_t ip = 0x5655'7777, cs = 0x23;
};
struct FrameWithInfo {
  std::uint32_t signal = 14, info = kBegin + 12, context = kBegin + 140;
  std::uint32_t its_info[32] = {};
  std::uint32_t before[5] = {};
  SavedRegisters saved;
};
struct PlainFrame {
  std::uint32_t signal = 14;
  SavedRegisters saved;
};

template <typename Frame>
bool leave(const Frame& frame, Registers& registers) {
  return leave_signal_32(registers, {.low = kBegin,
                                     .high = kBegin + sizeof(frame),
                                     .shift = reinterpret_cast<std::uint64_t>(&frame) - kBegin});
}

TEST(Walk32, GoesFromASignalsHandlerToWhatItInterrupted) {
  Registers with_info = at(kBegin, 0);
  ASSERT_TRUE(leave(FrameWithInfo(), with_info));
  Registers plain = at(kBegin, 0);
  ASSERT_TRUE(leave(PlainFrame(), plain));
  for (const Registers& interrupted : {with_info, plain}) {
    EXPECT_EQ(interrupted.pc, 0x5655'7777U);
    EXPECT_EQ(interrupted.sp, 0xffff'd800U);
    EXPECT_EQ(interrupted.bp, 0xffff'd700U);
  }
}

TEST(Walk32, TakesNothingElseForWhatTheKernelPutThere) {
  FrameWithInfo of_64_bit_code;
  of_64_bit_code.saved.cs = 0x33;
  FrameWithInfo further_down;
  further_down.saved.sp = static_cast<std::uint32_t>(kBegin);
  for (const FrameWithInfo& frame : {of_64_bit_code, further_down}) {
    Registers registers = at(kBegin, 0);
    EXPECT_FALSE(leave(frame, registers));
    EXPECT_EQ(registers.pc, 0x5655'1000U);
  }
  Registers registers = at(kBegin, 0);
  EXPECT_FALSE(leave_signal_32(registers, copy())) << "too little of the stack was copied";
}

TEST(Walk32, KeepsToAddressesOf32Bits) {
  Registers frame = at(kBegin, 0xffff'fffc);
  const ajar_rule past_the_end{.offset = 8, .bp_offset = 0, .cfa = AJAR_CFA_BP, .bp = AJAR_BP_SAME};
  EXPECT_FALSE(step_32(past_the_end, frame, copy())) << "4, which is below the stack";
}

}  // namespace
}  // namespace ajar::unwind
