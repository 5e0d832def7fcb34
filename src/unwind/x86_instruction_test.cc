#include "unwind/x86_instruction.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace ajar::unwind {
namespace {

using Effect = X86Instruction::Effect;
using Flow = X86Instruction::Flow;
using Bytes = std::vector<std::uint8_t>;

X86Instruction read(const Bytes& bytes) {
  const X86Instruction it = x86_instruction(bytes.data(), bytes.data() + bytes.size());
  EXPECT_EQ(it.length, bytes.size());
  return it;
}

void expect_effect(const Bytes& bytes, Effect effect, int value = 0) {
  const X86Instruction it = read(bytes);
  EXPECT_EQ(it.effect, effect);
  EXPECT_EQ(it.value, value);
  EXPECT_FALSE(it.loses_sp);
  EXPECT_FALSE(it.loses_bp);
  EXPECT_EQ(it.flow, Flow::next);
}

TEST(X86Instruction, SaysHowTheStackGrows) {
  expect_effect({0x53}, Effect::push);                                  // push %rbx
  expect_effect({0x55}, Effect::push_bp);                               // push %rbp
  expect_effect({0x41, 0x55}, Effect::push);                            // push %r13
  expect_effect({0x6a, 0xff}, Effect::push);                            // push $-1
  expect_effect({0xff, 0x75, 0x10}, Effect::push);                      // push 16(%rbp)
  expect_effect({0x5b}, Effect::pop);                                   // pop %rbx
  expect_effect({0x5d}, Effect::pop_bp);                                // pop %rbp
  expect_effect({0x48, 0x83, 0xec, 0x18}, Effect::add_sp, -24);         // sub $24, %rsp
  expect_effect({0x48, 0x83, 0xc4, 0x80}, Effect::add_sp, -128);        // add $-128, %rsp
  expect_effect({0x48, 0x81, 0xec, 0, 1, 0, 0}, Effect::add_sp, -256);  // sub $256, %rsp
  expect_effect({0x48, 0x8d, 0x64, 0x24, 0x08}, Effect::add_sp, 8);     // lea 8(%rsp), %rsp
  expect_effect({0x48, 0x83, 0xe4, 0xf0}, Effect::align_sp);            // and $-16, %rsp
  expect_effect({0xc9}, Effect::leave);
}

TEST(X86Instruction, SaysWhatTheFramePointerIs) {
  expect_effect({0x48, 0x89, 0xe5}, Effect::bp_from_sp);                  // mov %rsp, %rbp
  expect_effect({0x48, 0x8b, 0xec}, Effect::bp_from_sp);                  // the same
  expect_effect({0x48, 0x8d, 0x6c, 0x24, 0x10}, Effect::bp_from_sp, 16);  // lea 16(%rsp), %rbp
  expect_effect({0x48, 0x89, 0xec}, Effect::sp_from_bp);                  // mov %rbp, %rsp
  expect_effect({0x48, 0x8d, 0x65, 0xd8}, Effect::sp_from_bp, -40);       // lea -40(%rbp), %rsp
  expect_effect({0x31, 0xed}, Effect::zero_bp);                           // xor %ebp, %ebp
  expect_effect({0x48, 0x89, 0x6c, 0x24, 0x08}, Effect::store_bp, 8);     // mov %rbp, 8(%rsp)
  expect_effect({0x48, 0x8b, 0x6c, 0x24, 0x08}, Effect::load_bp, 8);      // mov 8(%rsp), %rbp
  expect_effect({0x4c, 0x89, 0x6c, 0x24, 0x08}, Effect::store, 8);        // mov %r13, 8(%rsp)
}

TEST(X86Instruction, SaysWhatLosesTheStackPointerOrTheFramePointer) {
  const auto loses = [](const Bytes& bytes) { return read(bytes).loses_sp * 2 + read(bytes).loses_bp; };
  EXPECT_EQ(loses({0x48, 0x29, 0xc4}), 2);              // sub %rax, %rsp
  EXPECT_EQ(loses({0x48, 0x89, 0xd4}), 2);              // mov %rdx, %rsp
  EXPECT_EQ(loses({0x83, 0xec, 0x08}), 2);              // sub $8, %esp
  EXPECT_EQ(loses({0x5c}), 3);                          // pop %rsp
  EXPECT_EQ(loses({0x66, 0x55}), 3);                    // push %bp
  EXPECT_EQ(loses({0x48, 0x89, 0xfd}), 1);              // mov %rdi, %rbp
  EXPECT_EQ(loses({0x8b, 0x2f}), 1);                    // mov (%rdi), %ebp
  EXPECT_EQ(loses({0x48, 0x8d, 0x2d, 0, 0, 0, 0}), 1);  // lea 0(%rip), %rbp
  EXPECT_EQ(loses({0xbd, 1, 0, 0, 0}), 1);              // mov $1, %ebp
  EXPECT_EQ(loses({0x0f, 0xb6, 0x2f}), 1);              // movzbl (%rdi), %ebp
  EXPECT_EQ(loses({0x48, 0x0f, 0x44, 0xe8}), 1);        // cmove %rax, %rbp
  EXPECT_EQ(loses({0x48, 0x95}), 1);                    // xchg %rax, %rbp
  EXPECT_EQ(loses({0x40, 0x0f, 0x94, 0xc5}), 1);        // sete %bpl
  EXPECT_EQ(loses({0xc4, 0xe2, 0xd0, 0xf3, 0xc8}), 1);  // blsr %rax, %rbp
}

TEST(X86Instruction, SaysWhatLosesNothing) {
  for (const Bytes& bytes : {Bytes{0x48, 0x39, 0xec},           // cmp %rbp, %rsp
                             Bytes{0x48, 0x85, 0xed},           // test %rbp, %rbp
                             Bytes{0x48, 0x83, 0xfc, 0x10},     // cmp $16, %rsp
                             Bytes{0x48, 0x89, 0xef},           // mov %rbp, %rdi
                             Bytes{0x88, 0xe8},                 // mov %ch, %al
                             Bytes{0x0f, 0x94, 0xc5},           // sete %ch
                             Bytes{0x49, 0x89, 0xc5},           // mov %rax, %r13
                             Bytes{0x66, 0x0f, 0xef, 0xed},     // pxor %xmm5, %xmm5
                             Bytes{0xc5, 0xf8, 0x28, 0xe8}}) {  // vmovaps %xmm0, %xmm5
    const X86Instruction it = read(bytes);
    EXPECT_EQ(it.effect, Effect::none);
    EXPECT_FALSE(it.loses_sp || it.loses_bp) << std::hex << int{bytes[0]} << " " << int{bytes[1]};
  }
}

TEST(X86Instruction, SaysWhereItGoesOn) {
  const auto flow = [](const Bytes& bytes) { return read(bytes).flow; };
  EXPECT_EQ(flow({0xe8, 0, 0, 0, 0}), Flow::call);
  EXPECT_EQ(flow({0xff, 0x50, 0x08}), Flow::call_elsewhere);
  EXPECT_EQ(flow({0x3e, 0xff, 0xe0}), Flow::jump_elsewhere);
  EXPECT_EQ(flow({0xf3, 0xc3}), Flow::ret);
  EXPECT_EQ(flow({0xc2, 8, 0}), Flow::end);
  EXPECT_EQ(flow({0xf4}), Flow::end);
  EXPECT_EQ(flow({0x0f, 0x0b}), Flow::end);
  EXPECT_EQ(flow({0x0f, 0x05}), Flow::next);
  EXPECT_EQ(flow({0xcd, 0x80}), Flow::next);
  EXPECT_EQ(read({0x74, 0xfe}).target, -2);
  EXPECT_EQ(read({0x0f, 0x85, 0, 1, 0, 0}).target, 256);
  EXPECT_EQ(read({0xe9, 0xff, 0xff, 0xff, 0xff}).target, -1);
}

TEST(X86Instruction, KnowsNothingOfWhatIsCutOffOrNone) {
  for (const Bytes& bytes :
       {Bytes{}, Bytes{0x48}, Bytes{0x48, 0x83}, Bytes{0xe8, 0, 0, 0}, Bytes{0x0f}, Bytes{0x06},
        Bytes{0xc4, 0xe2}, Bytes{0x62, 0xf1, 0x7c}, Bytes{0x8f}, Bytes(16, 0x66), Bytes{0xd5, 0x90}}) {
    EXPECT_EQ(x86_instruction(bytes.data(), bytes.data() + bytes.size()).length, 0);
  }
}

}  // namespace
}  // namespace ajar::unwind
