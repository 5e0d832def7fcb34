#include "capture/kernel/copied_stack.h"

#include <gtest/gtest.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <vector>

#include "capture/kernel/image_code.h"
#include "capture/testing/world_recorder.h"

namespace ajar::capture::kernel {
namespace {

// This thread's stack from here on, copied to another place.
struct Copy {
  std::vector<std::byte> bytes;
  CopiedStack stack;
};

// Of whatever lies there, which AddressSanitizer knows better than to read.
__attribute__((no_sanitize("address"))) void copy_words(const volatile std::uint64_t* from, std::size_t count,
                                                        std::byte* to) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t word = from[i];
    for (unsigned byte = 0; byte < 8; ++byte) *to++ = static_cast<std::byte>(word >> 8 * byte & 0xffU);
  }
}

Copy copy_of(const ucontext_t& context, std::size_t size) {
  const greg_t* saved = context.uc_mcontext.gregs;
  Copy copy;
  copy.bytes.resize(size);
  ajar_call_registers& registers = copy.stack.registers;
  registers.ip = static_cast<ajar_u64>(saved[REG_RIP]);
  registers.sp = static_cast<ajar_u64>(saved[REG_RSP]);
  registers.bp = static_cast<ajar_u64>(saved[REG_RBP]);
  registers.bx = static_cast<ajar_u64>(saved[REG_RBX]);
  registers.r12 = static_cast<ajar_u64>(saved[REG_R12]);
  registers.r13 = static_cast<ajar_u64>(saved[REG_R13]);
  registers.r14 = static_cast<ajar_u64>(saved[REG_R14]);
  registers.r15 = static_cast<ajar_u64>(saved[REG_R15]);
  copy_words(reinterpret_cast<const std::uint64_t*>(registers.sp), size / 8, copy.bytes.data());
  copy.stack.bytes = copy.bytes;
  return copy;
}

class CopiedStackTest : public ::testing::Test {
 protected:
  CopiedStackTest() { code_.refresh(); }

  WalkedFrames walk_it(const CopiedStack& stack) {
    return walk(stack, [this](std::uint64_t address) -> std::optional<WalkedCode> {
      for (const ImageCode::Mapping& mapping : code_.mappings()) {
        if (address < mapping.begin || address >= mapping.end) continue;
        if (mapping.file == nullptr) return WalkedCode{};
        return WalkedCode{mapping.file->table(), mapping.bias, false};
      }
      return std::nullopt;
    });
  }

  testing::WorldRecorder recorder_;
  CodeFiles files_;
  ImageCode code_{recorder_, files_, model::ImageId{1}, ::getpid(), 0};
};

__attribute__((noinline)) Copy copy_from_here(std::size_t size) {
  ucontext_t context;
  ::getcontext(&context);
  return copy_of(context, size);
}

__attribute__((noinline)) Copy descend(int depth, std::size_t size, std::vector<std::uint64_t>& returns) {
  returns.insert(returns.begin(), reinterpret_cast<std::uint64_t>(__builtin_return_address(0)));
  Copy copy = depth > 0 ? descend(depth - 1, size, returns) : copy_from_here(size);
  asm volatile("" : : "r"(&copy) : "memory");
  return copy;
}

TEST_F(CopiedStackTest, IsWalkedToWhereverItReaches) {
  std::vector<std::uint64_t> returns;
  const Copy copy = descend(5, 4096, returns);
  const WalkedFrames walked = walk_it(copy.stack);
  ASSERT_GE(walked.frames.size(), returns.size() + 2);
  for (std::size_t i = 0; i < returns.size(); ++i) EXPECT_EQ(walked.frames[i + 2], returns[i]) << i;
}

TEST_F(CopiedStackTest, ThatWasCutEndsUnfinished) {
  std::vector<std::uint64_t> returns;
  const Copy copy = descend(5, 4096, returns);
  const WalkedFrames walked = walk_it({copy.stack.registers, copy.stack.bytes.first(64)});
  EXPECT_GE(walked.frames.size(), 1U);
  EXPECT_EQ(walked.walk, AJAR_WALK_UNREADABLE);
}

TEST_F(CopiedStackTest, OfCodeThatIsNoneEndsThere) {
  CopiedStack stack;
  stack.registers.ip = 0x10;
  const WalkedFrames walked = walk_it(stack);
  EXPECT_EQ(walked.frames.size(), 1U);
  EXPECT_EQ(walked.walk, AJAR_WALK_NO_CODE);
}

}  // namespace
}  // namespace ajar::capture::kernel
