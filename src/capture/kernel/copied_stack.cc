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

// Where the frame's rule is looked up: a return address is behind the call, which may be its function's last.
std::uint64_t address_in_code(std::uint64_t pc, bool interrupted) {
  return pc - (interrupted ? 0 : 1);
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

// What is unreadable may be where the copy ends, and not the stack.
std::uint8_t or_cut(std::uint8_t walk, const CopiedStack& stack, std::uint64_t sp) {
  constexpr std::size_t kNearly = 4096;
  const bool is_cut = stack.bytes.size() + kNearly > AJAR_CALL_STACK &&
                      sp + kNearly > stack.registers.sp + stack.bytes.size();
  return walk == AJAR_WALK_UNREADABLE && is_cut ? std::uint8_t{AJAR_WALK_TOO_DEEP} : walk;
}

// From frame to frame outwards, by a way to leave one. A Way has the frame's pc(); interrupted(): whether it
// has called none, but was interrupted; leave(code): an AJAR_WALK_ that says why it could not go on.
template <typename Way>
WalkedFrames walk_along(Way way, const CodeAt& code_at) {
  WalkedFrames walked;
  while (walked.walk == AJAR_WALK_NONE && walked.frames.size() < AJAR_CALL_INNERMOST) {
    const std::uint64_t pc = way.pc();
    if (pc == 0) return walked.walk = AJAR_WALK_ENDED, walked;
    const bool interrupted = way.interrupted();
    const auto code = code_at(address_in_code(pc, interrupted));
    const bool is_gate = code && code->is_gate;  // the kernel's, which is no code of the program's
    if (!is_gate) walked.frames.push_back(pc | (interrupted ? AJAR_CALL_INTERRUPTED : 0));
    if (!code) return walked.walk = AJAR_WALK_NO_CODE, walked;
    walked.walk = way.leave(*code);
  }
  if (walked.walk == AJAR_WALK_NONE) walked.walk = AJAR_WALK_TOO_DEEP;
  return walked;
}

class ByRules {
 public:
  explicit ByRules(const CopiedStack& stack)
      : stack_(stack),
        memory_(memory_of(stack)),
        at_{.pc = stack.registers.ip, .sp = stack.registers.sp, .bp = stack.registers.bp} {}

  [[nodiscard]] std::uint64_t pc() const { return at_.pc; }
  [[nodiscard]] bool interrupted() const { return interrupted_; }

  std::uint8_t leave(const WalkedCode& code) {
    const ajar_rule rule = rule_at(code, address_in_code(at_.pc, interrupted_));
    interrupted_ = rule.cfa == AJAR_CFA_SIGNAL;
    return or_cut(common_step(rule, at_, memory_), stack_, at_.sp);
  }

 private:
  const CopiedStack& stack_;
  unwind::StackMemory memory_;
  unwind::Registers at_;
  bool interrupted_ = false;
};

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

class ByEverything {
 public:
  explicit ByEverything(const CopiedStack& stack)
      : memory_(memory_of(stack)), registers_(all_registers(stack.registers)) {}

  [[nodiscard]] std::uint64_t pc() const { return registers_.get(unwind::kReturn); }
  [[nodiscard]] bool interrupted() const { return registers_.interrupted; }

  std::uint8_t leave(const WalkedCode& code) {
    if (code.table == nullptr) return AJAR_WALK_NO_RULE;
    return walk_of(unwind::full_step(code.table->frames(code.bias), registers_, memory_));
  }

 private:
  unwind::StackMemory memory_;
  unwind::FullRegisters registers_;
};

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
class In32Bits {
 public:
  explicit In32Bits(const CopiedStack& stack)
      : stack_(stack),
        memory_{.low = stack.registers.sp,
                .high = stack.registers.sp + stack.bytes.size(),
                .shift = reinterpret_cast<std::uint64_t>(stack.bytes.data()) - stack.registers.sp},
        at_{.pc = stack.registers.ip, .sp = stack.registers.sp, .bp = stack.registers.bp} {}

  [[nodiscard]] std::uint64_t pc() const { return at_.pc; }
  [[nodiscard]] bool interrupted() const { return interrupted_; }

  std::uint8_t leave(const WalkedCode& code) {
    const ajar_rule rule = rule_of(code);
    const bool returns_from_signal = (code.is_gate && has_called_) || is_signals(rule);
    interrupted_ = returns_from_signal && unwind::leave_signal_32(at_, memory_);
    has_called_ = !interrupted_;
    if (interrupted_) return AJAR_WALK_NONE;
    return or_cut(returns_from_signal ? std::uint8_t{AJAR_WALK_NO_RULE} : step_of(rule, at_, memory_), stack_,
                  at_.sp);
  }

 private:
  [[nodiscard]] ajar_rule rule_of(const WalkedCode& code) const {
    constexpr std::uint64_t kInstruction = 2;  // the size of any that enters the kernel
    const std::uint64_t entered = stack_.registers.ip;
    if (code.is_gate && (at_.pc == entered || at_.pc + kInstruction == entered))
      return gate_rule(at_, memory_);
    return code.table == nullptr ? ajar_rule{} : rule_at(code, address_in_code(at_.pc, interrupted_));
  }

  const CopiedStack& stack_;
  unwind::StackCopy32 memory_;
  unwind::Registers at_;
  bool interrupted_ = false;
  bool has_called_ = false;  // the frame another one, as all do but the innermost and what was interrupted
};

}  // namespace

WalkedFrames walk(const CopiedStack& stack, const CodeAt& code_at) {
  if (stack.registers.cs == AJAR_SEGMENT_32) return walk_along(In32Bits(stack), code_at);
  WalkedFrames walked = walk_along(ByRules(stack), code_at);
  if (walked.walk != AJAR_WALK_EXOTIC) return walked;
  WalkedFrames again = walk_along(ByEverything(stack), code_at);
  return again.frames.size() >= walked.frames.size() ? again : walked;
}

}  // namespace ajar::capture::kernel
