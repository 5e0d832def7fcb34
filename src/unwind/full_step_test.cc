#include "unwind/full_step.h"

#include <gtest/gtest.h>

#include <optional>

#include "unwind/expression.h"
#include "unwind/testing/cfi_bytes.h"
#include "unwind/testing/test_table.h"

namespace ajar::unwind::testing {
namespace {

constexpr std::uint64_t kRbx = 3, kR10 = 10, kR12 = 12;

// A stack of 16 words, of which the first is at `sp`, and nothing around it.
struct Stack {
  std::uint64_t words[16] = {};
  [[nodiscard]] std::uint64_t at(std::size_t word) const {
    return reinterpret_cast<std::uint64_t>(words + word);
  }
  [[nodiscard]] StackMemory memory() const { return {at(0), at(16), nullptr}; }
};

std::optional<std::uint64_t> value_of(const Bytes& expression, const FullRegisters& registers = {},
                                      StackMemory memory = {}, const std::uint64_t* initial = nullptr) {
  const Bytes copy = expression;
  std::uint64_t value = 0;
  const CfiReader bytes(copy.data(), copy.data() + copy.size());
  if (!evaluate(bytes, registers, memory, initial, value)) return std::nullopt;
  return value;
}

constexpr std::uint8_t kLit(unsigned n) {
  return static_cast<std::uint8_t>(0x30U + n);
}

TEST(Expression, CalculatesAsTheStandardSays) {
  struct Case {
    Bytes bytes;
    std::uint64_t value;
  };
  const auto minus = [](std::uint64_t n) { return 0 - n; };
  const Case cases[] = {
      {{kLit(31)}, 31},
      {{0x08, 200}, 200},
      {{0x09, 200}, minus(56)},
      {{0x0a, 0, 0x80}, 0x8000},
      {{0x0b, 0, 0x80}, minus(0x8000)},
      {{0x0c, 0, 0, 0, 0x80}, 0x80000000},
      {{0x0d, 0, 0, 0, 0x80}, minus(0x80000000)},
      {{0x0e, 1, 2, 3, 4, 5, 6, 7, 8}, 0x0807060504030201},
      {{0x03, 1, 2, 3, 4, 5, 6, 7, 8}, 0x0807060504030201},
      {{0x10, 0x80, 1}, 128},
      {{0x11, 0x7f}, minus(1)},
      {{kLit(3), 0x12, 0x1e}, 9},                  // dup, mul
      {{kLit(3), kLit(4), 0x13}, 3},               // drop
      {{kLit(9), kLit(4), 0x14, 0x1c}, minus(5)},  // over, minus
      {{kLit(9), kLit(4), kLit(1), 0x15, 2}, 9},   // pick
      {{kLit(9), kLit(4), 0x16, 0x1c}, minus(5)},  // swap, minus
      {{kLit(1), kLit(2), kLit(3), 0x17}, 2},      // rot: 3 1 2
      {{kLit(1), kLit(2), kLit(3), 0x17, 0x13}, 1},
      {{kLit(1), kLit(2), kLit(3), 0x17, 0x13, 0x13}, 3},
      {{0x09, 251, 0x19}, 5},                  // abs
      {{kLit(12), kLit(10), 0x1a}, 8},         // and
      {{0x09, 249, kLit(2), 0x1b}, minus(3)},  // div
      {{kLit(17), kLit(5), 0x1d}, 2},          // mod
      {{kLit(5), 0x1f}, minus(5)},             // neg
      {{kLit(0), 0x20}, ~std::uint64_t{0}},    // not
      {{kLit(12), kLit(10), 0x21}, 14},        // or
      {{kLit(12), 0x23, 0x80, 1}, 140},        // plus_uconst
      {{kLit(1), kLit(4), 0x24}, 16},          // shl
      {{kLit(1), 0x08, 64, 0x24}, 0},
      {{0x09, 240, kLit(2), 0x25}, 0x3ffffffffffffffc},  // shr
      {{0x09, 240, kLit(2), 0x26}, minus(4)},            // shra
      {{0x09, 240, 0x08, 200, 0x26}, minus(1)},
      {{kLit(12), kLit(10), 0x27}, 6},  // xor
      {{0x09, 255, kLit(1), 0x2d}, 1},  // lt is signed
      {{kLit(1), kLit(1), 0x29}, 1},
      {{kLit(1), kLit(1), 0x2a}, 1},
      {{kLit(1), kLit(1), 0x2b}, 0},
      {{kLit(1), kLit(1), 0x2c}, 1},
      {{kLit(1), kLit(1), 0x2e}, 0},
      {{kLit(7), 0x2f, 1, 0, kLit(8), 0x96}, 7},     // skip, nop
      {{kLit(7), kLit(1), 0x28, 1, 0, kLit(8)}, 7},  // bra
      {{kLit(7), kLit(0), 0x28, 1, 0, kLit(8)}, 8},
  };
  for (const Case& each : cases)
    EXPECT_EQ(value_of(each.bytes), each.value) << ::testing::PrintToString(each.bytes);
}

TEST(Expression, EndsAndFailsWhateverItSays) {
  Bytes deep(33, kLit(1));
  const Bytes cases[] = {
      {},                        // nothing on the stack
      {0x13},                    // takes from an empty one
      {kLit(1), 0x22},           // too little on it
      {kLit(1), 0x15, 1},        // no such one
      {kLit(1), kLit(0), 0x1b},  // division by 0
      {kLit(1), kLit(0), 0x1d},
      {0x0e, 1, 2},  // cut short
      {0x77},
      {0x77, 0},                 // %rsp, which is not known
      {0x92, 0xff, 0xff, 3, 0},  // no register has that number
      {0x2f, 0xfd, 0xff},        // skips to itself for ever
      {0x2f, 5, 0},              // leads out
      {0x2f, 0, 0x80},
      {kLit(7), 0x2f},  // the distance is cut short
      {kLit(7), 0x2f, 5},
      {kLit(0), 0x06},  // reads where nothing is
      {0x50},           // a location, not a value
      {0x9c},           // the CFA: not in here
      {0xff},
      deep,
  };
  for (const Bytes& each : cases) EXPECT_EQ(value_of(each), std::nullopt) << ::testing::PrintToString(each);
}

TEST(Expression, ReadsOnlyWhatIsReadable) {
  Stack stack;
  for (std::size_t i = 0; i < 16; ++i) stack.words[i] = 0x1111111111111111ULL * i;
  FullRegisters registers;
  registers.set(kRsp, stack.at(0));
  const auto at = [&](std::uint8_t offset, Bytes then) {
    then.insert(then.begin(), {0x77, offset});
    return value_of(then, registers, stack.memory());
  };
  EXPECT_EQ(at(8, {0x06}), stack.words[1]);
  EXPECT_EQ(at(8, {0x94, 2}), 0x1111U);
  EXPECT_EQ(at(12, {0x06}), 0x2222222211111111U) << "two words";
  EXPECT_EQ(at(0x78, {0x06}), std::nullopt) << "before the first one";
  EXPECT_EQ(at(8, {0x08, 112, 0x22, 0x06}), stack.words[15]);
  EXPECT_EQ(at(8, {0x08, 113, 0x22, 0x06}), std::nullopt) << "into what is behind the last one";
  EXPECT_EQ(at(8, {0x08, 114, 0x22, 0x94, 7}), std::nullopt);
  EXPECT_EQ(at(8, {0x94, 0}), std::nullopt);
  EXPECT_EQ(at(8, {0x94, 9}), std::nullopt);
}

// Steps from 0x2008 in a function that has this program.
class FullStepFrom : public ::testing::Test {
 protected:
  FullStep step(const Bytes& program, const CieBytes& cie = {}) {
    CfiBytes cfi(CfiSection::Form::eh_frame);
    cfi.fde(cfi.cie(cie), 0x2000, 16, program);
    const std::vector<CfiSection> sections = {cfi.section()};
    StackMemory memory = stack.memory();
    return full_step(info_of(sections), registers, memory);
  }

  void SetUp() override {
    for (std::size_t i = 0; i < 16; ++i) stack.words[i] = 100 + i;
    registers.set(kReturn, 0x2008);
    registers.set(kRsp, stack.at(0));
    registers.set(kRbp, stack.at(8));
    registers.set(kRbx, stack.at(4));
    registers.set(kR10, 1010);
    registers.set(kR12, 1212);
  }

  Stack stack;
  FullRegisters registers;
};

TEST_F(FullStepFrom, AnyRegisterAsTheBase) {
  ASSERT_EQ(step({0x0c, kRbx, 16}), FullStep::stepped);
  EXPECT_EQ(registers.get(kRsp), stack.at(6));
  EXPECT_EQ(registers.get(kReturn), 105U);
  EXPECT_EQ(registers.get(kRbp), stack.at(8)) << "as it was";
  EXPECT_EQ(registers.get(kRbx), stack.at(4));
  EXPECT_EQ(registers.get(kR10), 1010U) << "a function need not keep it, but this one says nothing else";
  EXPECT_FALSE(registers.interrupted);
}

TEST_F(FullStepFrom, EveryKindOfRule) {
  const Bytes program = {0x83, 2,                          // %rbx at CFA - 16
                         0x14, 13,   3,                    // %r13 is CFA - 24
                         0x09, 14,   kR12,                 // %r14 is in %r12
                         0x10, 6,    2,    0x77, 8,        // %rbp at rsp + 8
                         0x16, 15,   3,    0x77, 8, 0x06,  // %r15 is *(rsp + 8)
                         0x16, kR10, 1,    0x96,           // %r10 is the CFA itself
                         0x07, kR12,                       // %r12 is lost
                         0x0e, 32};
  ASSERT_EQ(step(program), FullStep::stepped);
  EXPECT_EQ(registers.get(kRsp), stack.at(4));
  EXPECT_EQ(registers.get(kReturn), 103U);
  EXPECT_EQ(registers.get(kRbx), 102U);
  EXPECT_EQ(registers.get(13), stack.at(1));
  EXPECT_EQ(registers.get(14), 1212U);
  EXPECT_EQ(registers.get(kRbp), 101U);
  EXPECT_EQ(registers.get(15), 101U);
  EXPECT_EQ(registers.get(kR10), stack.at(4));
  EXPECT_FALSE(registers.knows(kR12));
}

TEST_F(FullStepFrom, AReturnAddressInARegister) {
  ASSERT_EQ(step({0x0e, 16, 0x09, 16, kR12}), FullStep::stepped);
  EXPECT_EQ(registers.get(kReturn), 1212U);
}

TEST_F(FullStepFrom, AnInterruptedFunctionWithNothingOnTheStack) {
  const Bytes program = {0x0e, 0, 0x09, 16, kR12};  // the CFA is %rsp
  EXPECT_EQ(step(program), FullStep::stuck) << "it has called: where is the return address?";
  registers.interrupted = true;
  ASSERT_EQ(step(program), FullStep::stepped);
  EXPECT_EQ(registers.get(kRsp), stack.at(0));
  EXPECT_EQ(registers.get(kReturn), 1212U);
  EXPECT_FALSE(registers.interrupted);
}

TEST_F(FullStepFrom, ASignalFrameKeepsAllRegistersAndMayLeaveTheStack) {
  Stack other;
  stack.words[3] = other.at(2);
  // As of a signal trampoline: the CFA is *(rsp + 24), and so is %rsp; the pc at rsp + 32.
  const Bytes program = {0x0f, 3, 0x77, 24, 0x06, 0x10, 7, 2, 0x77, 24, 0x10, 16, 2, 0x77, 32};
  registers.interrupted = true;
  ASSERT_EQ(step(program, {.augmentation = "zSR"}), FullStep::stepped);
  EXPECT_TRUE(registers.interrupted);
  EXPECT_EQ(registers.get(kRsp), other.at(2));
  EXPECT_EQ(registers.get(kReturn), 104U);
  EXPECT_EQ(registers.get(kR10), 1010U);
}

TEST_F(FullStepFrom, WhatCannotBeFollowedLeavesAllAsItWas) {
  FullRegisters fewer;  // not %r12
  for (const std::uint64_t number : {kReturn, kRsp, kRbp, kRbx, kR10})
    fewer.set(number, registers.get(number));
  registers = fewer;
  const Bytes stuck[] = {{0x0c, kR12, 8},         // based on what is not known
                         {0x0c, 99, 8},           // … on no register
                         {0x0e, 0},               // not further up
                         {0x0c, kRbp, 72},        // beyond the stack
                         {0x09, 16, kR12},        // the return address is not known
                         {0x0f, 2, 0x30, 0x06},   // an expression that reads what it must not
                         {0x0d, kRbx, 0x0e, 3}};  // no word is there
  for (const Bytes& program : stuck) {
    EXPECT_EQ(step(program), FullStep::stuck) << ::testing::PrintToString(program);
    EXPECT_EQ(registers.get(kReturn), 0x2008U);
    EXPECT_EQ(registers.get(kRsp), stack.at(0));
  }
  EXPECT_EQ(step({0x07, 16}), FullStep::outermost);
  EXPECT_EQ(step({0x3f}), FullStep::no_rule);
  registers.set(kReturn, 0x3000);
  EXPECT_EQ(step({}), FullStep::no_rule);
}

TEST_F(FullStepFrom, TheLastInstructionOfAFunctionThatDoesNotReturn) {
  registers.set(kReturn, 0x2010);  // the address after the call is the next function's
  ASSERT_EQ(step({}), FullStep::stepped);
  registers.set(kReturn, 0x2010);
  registers.interrupted = true;
  EXPECT_EQ(step({}), FullStep::no_rule);
}

}  // namespace
}  // namespace ajar::unwind::testing
