#include "agent/core/trie.h"
#include "unwind/full_step.h"

namespace ajar::agent {
namespace {

// The registers of whoever this is inlined into, as far as its callers may need them.
__attribute__((always_inline)) inline void take_registers(unwind::FullRegisters& here) {
  constexpr uint64_t kNumbers[] = {3, 6, 7, 12, 13, 14, 15, unwind::kReturn};
  uint64_t values[8];
  asm volatile(
      "movq %%rbx, 0(%0)\n\t"
      "movq %%rbp, 8(%0)\n\t"
      "movq %%rsp, 16(%0)\n\t"
      "movq %%r12, 24(%0)\n\t"
      "movq %%r13, 32(%0)\n\t"
      "movq %%r14, 40(%0)\n\t"
      "movq %%r15, 48(%0)\n\t"
      "leaq 1f(%%rip), %%rax\n"
      "1:\n\t"
      "movq %%rax, 56(%0)"
      :
      : "r"(values)
      : "rax", "memory");
  for (unsigned i = 0; i < 8; ++i) here.set(kNumbers[i], values[i]);
  here.interrupted = true;
}

}  // namespace

unwind::FullStep Trie::step_far(unwind::FullRegisters& registers, unwind::StackMemory& memory) const {
  unwind::CallFrameInfo info;
  const uint64_t pc = registers.get(unwind::kReturn) - (registers.interrupted ? 0 : 1);
  if (!frames_at_(pc, info)) return unwind::FullStep::no_rule;
  return unwind::full_step(info, registers, memory);
}

// From the frame `at`, whose entry is `id`, outward, all by call-frame information; to that frame from here,
// by the agent's own first. `first_sp` is on the stack that the agent runs on, `memory` that of `at`, which
// may be another one where a signal has come in between.
uint32_t Trie::walk_far(uint32_t id, const unwind::Registers& at, uint64_t first_sp,
                        unwind::StackMemory memory, unsigned left) {
  constexpr unsigned kMostFrames = 512;
  unwind::FullRegisters registers;
  take_registers(registers);
  const bool same_stack = first_sp + 16 >= memory.low && first_sp < memory.high;
  memory.low = registers.get(unwind::kRsp);
  if (!same_stack) memory.high = first_sp & ~uint64_t{7};
  for (unsigned i = 0; registers.get(unwind::kReturn) != at.pc || registers.get(unwind::kRsp) != at.sp; ++i) {
    if (i == kMostFrames || step_far(registers, memory) != unwind::FullStep::stepped)
      return child(id, 0, AJAR_NODE_NO_UNWIND);
  }
  for (; left != 0; --left) {
    const unwind::FullStep step = step_far(registers, memory);
    if (step == unwind::FullStep::outermost) return id;
    if (step != unwind::FullStep::stepped) return child(id, 0, AJAR_NODE_NO_UNWIND);
    if (registers.get(unwind::kReturn) == 0) return id;
    id = child(id, registers.get(unwind::kReturn),
               registers.interrupted ? AJAR_NODE_INTERRUPTED : AJAR_NODE_CALL);
    if (id == 0) return 0;
  }
  return child(id, 1, AJAR_NODE_CUT);
}

}  // namespace ajar::agent
