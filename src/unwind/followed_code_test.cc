#include "unwind/followed_code.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "unwind/testing/followed_bytes.h"

namespace ajar::unwind::testing {
namespace {

using Bytes = std::vector<std::uint8_t>;

void expect_sp(const FollowedBytes& code, std::uint32_t offset, int depth, int saved = 0) {
  const ajar_rule rule = code.at(offset);
  EXPECT_EQ(rule.cfa, AJAR_CFA_SP) << offset;
  EXPECT_EQ(rule.offset, depth) << offset;
  EXPECT_EQ(rule.bp, saved != 0 ? AJAR_BP_AT_CFA : AJAR_BP_SAME) << offset;
  EXPECT_EQ(rule.bp_offset, -saved) << offset;
}

void expect_none(const FollowedBytes& code, std::uint32_t offset) {
  EXPECT_EQ(code.at(offset).cfa, AJAR_CFA_NONE) << offset;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Bytes kTrap = {0x0f, 0x0b};

TEST(FollowedCode, KnowsHowDeepAFunctionIs) {
  const FollowedBytes code({0x55, 0x53, 0x48, 0x83, 0xec, 0x18, 0x48, 0x83, 0xc4, 0x18, 0x5b, 0x5d, 0xc3});
  expect_sp(code, 0, 8);
  expect_sp(code, 1, 16, 16);
  expect_sp(code, 2, 24, 16);
  expect_sp(code, 6, 48, 16);
  expect_sp(code, 9, 48, 16);
  expect_sp(code, 10, 24, 16);
  expect_sp(code, 11, 16, 16);
  expect_sp(code, 12, 8);
  expect_none(code, 13);
}

TEST(FollowedCode, GoesByTheFramePointerWhereTheStackIsRealigned) {
  //                           push %rbp; mov %rsp, %rbp; and $-32, %rsp; leave; ret
  const FollowedBytes code({0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xe4, 0xe0, 0xc9, 0xc3});
  const ajar_rule rule = code.at(8);
  EXPECT_EQ(rule.cfa, AJAR_CFA_BP);
  EXPECT_EQ(rule.offset, 16);
  EXPECT_EQ(rule.bp, AJAR_BP_AT_CFA);
  EXPECT_EQ(rule.bp_offset, -16);
  expect_sp(code, 9, 8);
}

TEST(FollowedCode, HasNoRuleWhereTheStackIsRealignedWithoutAFramePointer) {
  const FollowedBytes code({0x48, 0x83, 0xe4, 0xe0, 0x90, 0xc3});
  expect_sp(code, 0, 8);
  expect_none(code, 4);
}

TEST(FollowedCode, HasNoRuleWhereTheCallersFramePointerIsLost) {
  const FollowedBytes code({0x48, 0x89, 0xfd, 0x90, 0xc3});  // mov %rdi, %rbp
  expect_sp(code, 0, 8);
  expect_none(code, 3);
}

TEST(FollowedCode, HasNoRuleWhereTheReturnAddressIsTakenAwayOrWrittenOver) {
  const FollowedBytes popped({0x5a, 0x90, 0x52, 0xc3});  // pop %rdx; nop; push %rdx; ret
  expect_none(popped, 1);
  expect_none(popped, 3);
  const FollowedBytes written({0x48, 0x89, 0x04, 0x24, 0xc3});  // mov %rax, (%rsp); ret
  expect_none(written, 4);
}

TEST(FollowedCode, FollowsBothWaysOfABranch) {
  const FollowedBytes code({0x53, 0x74, 0x02, 0x5b, 0xc3, 0x5b, 0xc3});
  expect_sp(code, 3, 16);
  expect_sp(code, 4, 8);
  expect_sp(code, 5, 16);
  expect_sp(code, 6, 8);
}

TEST(FollowedCode, HasNoRuleFromWhereTwoWaysDisagree) {
  const FollowedBytes code({0x74, 0x01, 0x53, 0x90, 0x90, 0xc3});  // je over a push
  expect_sp(code, 2, 8);
  expect_none(code, 3);
  expect_none(code, 5);
}

TEST(FollowedCode, FindsFunctionsByTheirCallsAndGoesOnBehindThoseThatReturn) {
  //                            sub $8, %rsp; call 10; add $8, %rsp; ret
  const FollowedBytes code(
      {0x48, 0x83, 0xec, 0x08, 0xe8, 0x05, 0, 0, 0, 0x48, 0x83, 0xc4, 0x08, 0xc3, 0x53, 0x5b, 0xc3});
  expect_sp(code, 9, 16);
  expect_sp(code, 13, 8);
  expect_sp(code, 14, 8);
  expect_sp(code, 15, 16);
}

// Behind it another function may stand, which nobody calls by its address.
TEST(FollowedCode, DoesNotGoOnBehindACallThatNeverReturns) {
  const Bytes bytes = Bytes{0x53, 0xe8, 0x02, 0, 0, 0, 0x90, 0xc3} + kTrap;
  const FollowedBytes code(bytes);
  expect_sp(code, 1, 16);
  expect_sp(code, 8, 8);
  expect_none(code, 6);
}

// push %rbx; call *%rax; and then an endless loop, which says nothing of its frame.
const Bytes kCallsAndStays = {0x53, 0xff, 0xd0, 0x90, 0xeb, 0xfd, 0x90, 0x90};

TEST(FollowedCode, GoesOnBehindACallOfNobodyKnowsWhatWhereTheFunctionsSizeIsKnown) {
  const FollowedBytes sized(kCallsAndStays, {{0, 6, false}});
  expect_sp(sized, 3, 16);
  expect_none(sized, 6);
  const FollowedBytes unsized(kCallsAndStays);
  expect_sp(unsized, 1, 16);
  expect_none(unsized, 3);
}

TEST(FollowedCode, GoesOnBehindACallOfNobodyKnowsWhatIfThatLeadsToAReturn) {
  const FollowedBytes returns({0x53, 0xff, 0xd0, 0x5b, 0xc3});
  expect_sp(returns, 3, 16);
  expect_sp(returns, 4, 8);
  const FollowedBytes to_another_depth({0x53, 0xff, 0xd0, 0x90, 0xc3});
  expect_none(to_another_depth, 3);
  const FollowedBytes without_depth({0xff, 0xd0, 0x90, 0xc3});  // the next function would return as well
  expect_none(without_depth, 2);
}

TEST(FollowedCode, GoesOnBehindACallOfNobodyKnowsWhatIfThatLeadsToTheSameFrame) {
  const FollowedBytes loops({0x53, 0x90, 0xff, 0xd0, 0xeb, 0xfb});
  expect_sp(loops, 4, 16);
}

// 0: push %rbx; call 13; 6: push %rcx; call *%rax; 9: pop %rcx; pop %rbx; ret; nop; 13: push %rdx; call
// *%rax, which never returns; 16: another function, as if it were the rest of this one.
TEST(FollowedCode, DoesNotTakeAnothersReturnForTheFunctionsOwn) {
  const FollowedBytes code(
      {0x53, 0xe8, 0x07, 0, 0, 0, 0x51, 0xff, 0xd0, 0x59, 0x5b, 0xc3, 0x90, 0x52, 0xff, 0xd0, 0x5a, 0xc3});
  expect_sp(code, 14, 16);
  expect_sp(code, 16, 16);
  expect_none(code, 6);
}

TEST(FollowedCode, TakesWhatAnAddressLeadsToForAFunctionIfItReturns) {
  // lea 16(%rip), …; ret; at 16: push %rbx; pop %rbx; and a return, or a jump
  Bytes bytes = {0x48, 0x8d, 0x05, 0x09, 0,    0,    0,    0xc3, 0x90, 0x90,
                 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x53, 0x5b, 0xc3, 0x90};
  const FollowedBytes returns(bytes);
  expect_sp(returns, 16, 8);
  expect_sp(returns, 17, 16);
  bytes[18] = 0xff;
  bytes[19] = 0xe1;
  const FollowedBytes jumps(bytes);
  expect_none(jumps, 16);
}

TEST(FollowedCode, FollowsATailCallByAnAddress) {
  // push %rbx; lea 16(%rip), %rax; pop %rbx; jmp *%rax; at 16: push %rbx; ud2
  Bytes bytes = {0x53, 0x48, 0x8d, 0x05, 0x08, 0,    0,    0,    0x5b, 0xff,
                 0xe0, 0x90, 0x90, 0x90, 0x90, 0x90, 0x53, 0x0f, 0x0b};
  const FollowedBytes code(bytes);
  expect_sp(code, 16, 8);
  expect_sp(code, 17, 16);
  bytes[8] = 0x58;  // pop %rax
  const FollowedBytes overwritten(bytes);
  expect_none(overwritten, 16);
}

TEST(FollowedCode, TakesTheSureWayWhereADoubtfulOneDisagrees) {
  // push %rbx; je 8; push %rcx; call *%rax (never returns); nop; 8: pop %rbx; ret
  const FollowedBytes code({0x53, 0x74, 0x05, 0x51, 0xff, 0xd0, 0x66, 0x90, 0x5b, 0xc3}, {{0, 10, false}});
  expect_sp(code, 6, 24);
  expect_sp(code, 8, 16);
  expect_sp(code, 9, 8);
}

TEST(FollowedCode, HasNoDoubtfulRulesInAFunctionThatJumpsOn) {
  // push %rbx; je 5; jmp *%rax; 5: call *%rax; and an endless loop
  const FollowedBytes code({0x53, 0x74, 0x02, 0xff, 0xe0, 0xff, 0xd0, 0x90, 0xeb, 0xfd}, {{0, 10, false}});
  expect_sp(code, 5, 16);
  expect_none(code, 7);
}

TEST(FollowedCode, SaysThatWhatTheKernelBeginsHasNoCaller) {
  const Bytes bytes = {0x48, 0x89, 0xe7, 0x48, 0x83, 0xe4, 0xf0, 0xf4};
  const FollowedBytes code(bytes, {}, 0);
  for (const std::uint32_t offset : {0U, 3U, 7U}) EXPECT_EQ(code.at(offset).cfa, AJAR_CFA_END);
}

TEST(FollowedCode, SaysThatWhereAThreadBeginsThereIsNoCaller) {
  const FollowedBytes code({0x31, 0xed, 0x5f, 0xff, 0xd0, 0xf4}, {{0, 6, false}});  // a thread begins
  for (const std::uint32_t offset : {0U, 2U, 3U, 5U}) EXPECT_EQ(code.at(offset).cfa, AJAR_CFA_END);
}

TEST(FollowedCode, HasNoRuleForAHelperThatZeroesTheFramePointer) {
  const FollowedBytes code({0x31, 0xed, 0x90, 0xc3});
  expect_sp(code, 0, 8);
  expect_none(code, 2);
}

TEST(FollowedCode, KnowsWhatSignalHandlersReturnTo) {
  const FollowedBytes code({0xc3, 0x90, 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05});
  for (const std::uint32_t offset : {1U, 2U, 9U}) EXPECT_EQ(code.at(offset).cfa, AJAR_CFA_SIGNAL) << offset;
  EXPECT_EQ(code.at(2).offset, 160) << "struct ucontext's %rsp";
}

TEST(FollowedCode, StaysOutOfCodeOfWhichOthersKnow) {
  std::vector<std::uint16_t> cells(5);
  cells[3] = cells[4] = FollowedCode::kNotFollowed;
  const FollowedBytes code({0x53, 0x5b, 0x90, 0x90, 0xc3}, {{0, 0, false}}, UINT32_MAX, cells);
  expect_sp(code, 2, 8);
  expect_none(code, 3);
}

}  // namespace
}  // namespace ajar::unwind::testing
