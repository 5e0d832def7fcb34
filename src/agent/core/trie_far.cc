#include "agent/core/depth.h"
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
  return outermost(id, registers.walk(), memory, registers.interrupted);
}

// The outermost frames below a marker. What lies between is walked as well, but of a deep recursion that is
// the same few functions.
uint32_t Trie::outermost(uint32_t innermost, unwind::Registers at, unwind::StackMemory memory,
                         bool interrupted) {
  constexpr uint32_t kKnown = 64;
  struct Frame {
    uint64_t pc;
    bool interrupted;
  };
  Frame frames[kOutermostFrames];
  struct Known {
    uint64_t pc;
    ajar_rule rule;
  };
  Known known[kKnown] = {};
  unsigned met = 0;
  bool ended = false;
  for (; at.pc != 0 && met < kMostBetween; ++met) {
    frames[met % kOutermostFrames] = {at.pc, interrupted};
    const uint64_t code = interrupted ? at.pc : at.pc - 1;
    Known& here = known[(code ^ (code >> 6U)) % kKnown];
    if (here.pc != code) {
      const CodeRule found = rule_at_(code);
      if (found.busy) return child(innermost, 1, AJAR_NODE_CUT);
      here = {code, found.rule};
    }
    const ajar_rule rule = here.rule;
    ended = rule.cfa == AJAR_CFA_END;
    interrupted = rule.cfa == AJAR_CFA_SIGNAL;
    const bool followed = rule.cfa != AJAR_CFA_NONE && rule.cfa != AJAR_CFA_EXOTIC;
    if (ended || !followed || !slow_step(rule, at, memory)) {
      ++met;
      break;
    }
  }
  ended = ended || at.pc == 0;
  if (met == kMostBetween) return child(innermost, 1, AJAR_NODE_CUT);
  uint32_t id = met > kOutermostFrames ? child(innermost, 1, AJAR_NODE_CUT) : innermost;
  for (unsigned i = met > kOutermostFrames ? met - kOutermostFrames : 0; i < met && id != 0; ++i) {
    const Frame& frame = frames[i % kOutermostFrames];
    id = child(id, frame.pc, frame.interrupted ? AJAR_NODE_INTERRUPTED : AJAR_NODE_CALL);
  }
  return ended || id == 0 ? id : child(id, 0, AJAR_NODE_NO_UNWIND);
}

}  // namespace ajar::agent
