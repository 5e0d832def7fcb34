#include "capture/kernel/copied_stack.h"

#include "unwind/full_step.h"
#include "unwind/walk.h"
#include "unwind/walk_32.h"

namespace ajar::capture::kernel {
namespace {

unwind::StackMemory memory_of(const CopiedStack& stack) {
  const auto at = reinterpret_cast<std::uint64_t>(stack.bytes.data());
  unwind::StackMemory memory;
  memory.low = stack.registers.sp;
  memory.high = stack.registers.sp + stack.bytes.size();
  memory.shift = at - stack.registers.sp;
  return memory;
}

// A caller's %rbp is at its own, the return address behind it.
constexpr ajar_rule kFramePointerRule{
    .offset = 16, .bp_offset = -16, .cfa = AJAR_CFA_BP, .bp = AJAR_BP_AT_CFA};

ajar_rule rule_at(const WalkedCode& code, std::uint64_t address) {
  if (code.table != nullptr) {
    const ajar_unwind_table table = code.table->table();
    return ajar_unwind_rule(&table, address - code.bias);
  }
  return code.has_frame_pointers ? kFramePointerRule : ajar_rule{};
}

std::uint64_t frame_word(std::uint64_t pc, bool interrupted) {
  return pc | (interrupted ? AJAR_CALL_INTERRUPTED : 0);
}

std::uint8_t common_step(const ajar_rule& rule, unwind::Registers& at, unwind::StackMemory& memory) {
  switch (rule.cfa) {
    case AJAR_CFA_NONE:
      return AJAR_WALK_NO_RULE;
    case AJAR_CFA_END:
      return AJAR_WALK_ENDED;
    case AJAR_CFA_EXOTIC:
      return AJAR_WALK_EXOTIC;
    default:
      return unwind::step(rule, at, memory) ? AJAR_WALK_NONE : AJAR_WALK_UNREADABLE;
  }
}

// Whether the frame that could not be left is where the copy ends, and not the stack.
bool is_cut(const CopiedStack& stack, std::uint64_t sp) {
  constexpr std::size_t kNearly = 4096;
  return stack.bytes.size() + kNearly > AJAR_CALL_STACK &&
         sp + kNearly > stack.registers.sp + stack.bytes.size();
}

WalkedFrames walk_by_rules(const CopiedStack& stack, const CodeAt& code_at) {
  WalkedFrames walked;
  unwind::StackMemory memory = memory_of(stack);
  unwind::Registers at{.pc = stack.registers.ip, .sp = stack.registers.sp, .bp = stack.registers.bp};
  bool interrupted = false;
  while (walked.walk == AJAR_WALK_NONE && walked.frames.size() < AJAR_CALL_INNERMOST) {
    if (at.pc == 0) return walked.walk = AJAR_WALK_ENDED, walked;
    walked.frames.push_back(frame_word(at.pc, interrupted));
    const std::uint64_t address = at.pc - (interrupted ? 0 : 1);
    const auto code = code_at(address);
    if (!code) return walked.walk = AJAR_WALK_NO_CODE, walked;
    const ajar_rule rule = rule_at(*code, address);
    walked.walk = common_step(rule, at, memory);
    if (walked.walk == AJAR_WALK_UNREADABLE && is_cut(stack, at.sp)) walked.walk = AJAR_WALK_TOO_DEEP;
    interrupted = rule.cfa == AJAR_CFA_SIGNAL;
  }
  if (walked.walk == AJAR_WALK_NONE) walked.walk = AJAR_WALK_TOO_DEEP;
  return walked;
}

// The kernel's names to DWARF's numbers (System V ABI for x86-64, 3.6.2).
unwind::FullRegisters all_registers(const ajar_call_registers& saved) {
  const std::uint64_t values[] = {saved.ax,  saved.dx,  saved.cx,  saved.bx,  saved.si,  saved.di,
                                  saved.bp,  saved.sp,  saved.r8,  saved.r9,  saved.r10, saved.r11,
                                  saved.r12, saved.r13, saved.r14, saved.r15, saved.ip};
  unwind::FullRegisters registers;
  for (std::uint64_t number = 0; number < std::size(values); ++number) registers.set(number, values[number]);
  return registers;
}

std::uint8_t walk_of(unwind::FullStep step) {
  switch (step) {
    case unwind::FullStep::stepped:
      return AJAR_WALK_NONE;
    case unwind::FullStep::outermost:
      return AJAR_WALK_ENDED;
    case unwind::FullStep::no_rule:
      return AJAR_WALK_NO_RULE;
    default:
      return AJAR_WALK_UNREADABLE;
  }
}

WalkedFrames walk_by_everything(const CopiedStack& stack, const CodeAt& code_at) {
  WalkedFrames walked;
  unwind::StackMemory memory = memory_of(stack);
  unwind::FullRegisters registers = all_registers(stack.registers);
  while (walked.walk == AJAR_WALK_NONE && walked.frames.size() < AJAR_CALL_INNERMOST) {
    const std::uint64_t pc = registers.get(unwind::kReturn);
    if (pc == 0) return walked.walk = AJAR_WALK_ENDED, walked;
    walked.frames.push_back(frame_word(pc, registers.interrupted));
    const auto code = code_at(pc - (registers.interrupted ? 0 : 1));
    if (!code) return walked.walk = AJAR_WALK_NO_CODE, walked;
    if (code->table == nullptr) return walked.walk = AJAR_WALK_NO_RULE, walked;
    walked.walk = walk_of(unwind::full_step(code->table->frames(code->bias), registers, memory));
  }
  if (walked.walk == AJAR_WALK_NONE) walked.walk = AJAR_WALK_TOO_DEEP;
  return walked;
}

// __kernel_vsyscall has pushed %ecx, %edx and %ebp where it enters the kernel, which takes %ebp from there;
// where processors have no faster way in than int $0x80, kernels may make it nothing but that and a return
// (arch/x86/entry/vdso/vdso32/system_call.S).
ajar_rule gate_rule(const unwind::Registers& at, const unwind::StackCopy32& memory) {
  std::uint64_t innermost = 0;
  if (memory.read(at.sp, innermost) && innermost == at.bp)
    return {.offset = 16, .bp_offset = -16, .cfa = AJAR_CFA_SP, .bp = AJAR_BP_AT_CFA};
  return {.offset = 4, .bp_offset = 0, .cfa = AJAR_CFA_SP, .bp = AJAR_BP_SAME};
}

bool is_signals(const ajar_rule& rule) {
  return rule.cfa == AJAR_CFA_EXOTIC && rule.bp == AJAR_EXOTIC_SIGNAL;
}

std::uint8_t step_of(const ajar_rule& rule, unwind::Registers& at, const unwind::StackCopy32& memory) {
  if (rule.cfa == AJAR_CFA_END) return AJAR_WALK_ENDED;
  if (rule.cfa == AJAR_CFA_NONE || rule.cfa == AJAR_CFA_EXOTIC) return AJAR_WALK_NO_RULE;
  return unwind::step_32(rule, at, memory) ? AJAR_WALK_NONE : AJAR_WALK_UNREADABLE;
}

// The gate is where a signal's handler returns to, too: there it is left like the C library's code for that.
// Of what was interrupted within it only a call is known: it comes back behind the instruction, or to it, to
// be made again.
WalkedFrames walk_32(const CopiedStack& stack, const CodeAt& code_at) {
  constexpr std::uint64_t kInstruction = 2;  // the size of any that enters the kernel
  WalkedFrames walked;
  const auto copy = reinterpret_cast<std::uint64_t>(stack.bytes.data());
  const std::uint64_t begin = stack.registers.sp;
  const unwind::StackCopy32 memory{.low = begin, .high = begin + stack.bytes.size(), .shift = copy - begin};
  unwind::Registers at{.pc = stack.registers.ip, .sp = begin, .bp = stack.registers.bp};
  bool is_call = false;  // the frame has called another one, and was not interrupted
  while (walked.walk == AJAR_WALK_NONE && walked.frames.size() < AJAR_CALL_INNERMOST) {
    if (at.pc == 0) return walked.walk = AJAR_WALK_ENDED, walked;
    const bool interrupted = !is_call && !walked.frames.empty();
    const std::uint64_t address = at.pc - (interrupted ? 0 : 1);
    const auto code = code_at(address);
    const bool is_gate = code && code->is_gate;
    if (!is_gate) walked.frames.push_back(frame_word(at.pc, interrupted));
    if (!code) return walked.walk = AJAR_WALK_NO_CODE, walked;
    ajar_rule rule{};
    if (is_gate && (at.pc == stack.registers.ip || at.pc + kInstruction == stack.registers.ip)) {
      rule = gate_rule(at, memory);
    } else if (code->table != nullptr) {
      rule = rule_at(*code, address);
    }
    const bool returns_from_signal = (is_gate && is_call) || is_signals(rule);
    if (returns_from_signal && unwind::leave_signal_32(at, memory)) {
      is_call = false;
      continue;
    }
    walked.walk = returns_from_signal ? std::uint8_t{AJAR_WALK_NO_RULE} : step_of(rule, at, memory);
    if (walked.walk == AJAR_WALK_UNREADABLE && is_cut(stack, at.sp)) walked.walk = AJAR_WALK_TOO_DEEP;
    is_call = true;
  }
  if (walked.walk == AJAR_WALK_NONE) walked.walk = AJAR_WALK_TOO_DEEP;
  return walked;
}

}  // namespace

WalkedFrames walk(const CopiedStack& stack, const CodeAt& code_at) {
  if (stack.registers.cs == AJAR_SEGMENT_32) return walk_32(stack, code_at);
  WalkedFrames walked = walk_by_rules(stack, code_at);
  if (walked.walk != AJAR_WALK_EXOTIC) return walked;
  WalkedFrames again = walk_by_everything(stack, code_at);
  return again.frames.size() >= walked.frames.size() ? again : walked;
}

}  // namespace ajar::capture::kernel
