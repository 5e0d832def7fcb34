#include "unwind/full_step.h"

#include "unwind/cfi_program.h"
#include "unwind/expression.h"

namespace ajar::unwind {
namespace {

using Program = CfiProgram<AllColumns>;

class Step {
 public:
  Step(const FullRegisters& callee, StackMemory& memory) : callee_(callee), memory_(memory) {}

  bool find_cfa(const CfaRule& rule) {
    if (rule.expression != nullptr) {
      return evaluate(counted_bytes(rule.expression), callee_, memory_, nullptr, cfa_);
    }
    if (!callee_.knows(rule.base)) return false;
    cfa_ = callee_.get(rule.base) + static_cast<uint64_t>(rule.offset);
    return true;
  }

  // A caller's register. False where it can't be had.
  bool recover(uint64_t number, const Saved& saved, uint64_t& value) {
    const auto expression = [&] { return counted_bytes(reinterpret_cast<const uint8_t*>(saved.operand)); };
    switch (saved.how) {
      case Saved::nowhere:
      case Saved::same:
        if (!callee_.knows(number)) return false;
        value = callee_.get(number);
        return true;
      case Saved::undefined:
        return false;
      case Saved::at_cfa:
        return read(cfa_ + saved.operand, value);
      case Saved::cfa_plus:
        value = cfa_ + saved.operand;
        return true;
      case Saved::in_register:
        if (!callee_.knows(saved.operand)) return false;
        value = callee_.get(saved.operand);
        return true;
      case Saved::at_expression: {
        uint64_t address = 0;
        return evaluate(expression(), callee_, memory_, &cfa_, address) && read(address, value);
      }
      case Saved::is_expression:
        return evaluate(expression(), callee_, memory_, &cfa_, value);
    }
    return false;
  }

  [[nodiscard]] uint64_t cfa() const { return cfa_; }

 private:
  bool read(uint64_t address, uint64_t& value) {
    if (!memory_.readable(address)) return false;
    value = memory_.word_at(address);
    return true;
  }

  const FullRegisters& callee_;
  StackMemory& memory_;
  uint64_t cfa_ = 0;
};

// A register of which nothing is said is as it was, whether or not the ABI has a function keep it: assembly
// calls helpers of its own, knowing what they leave alone, and says that its CFA is in %rax meanwhile
// (OpenSSL). So do libgcc and libunwind. Such a register is known at all only where a signal came.
bool recover_all(const Program::State& state, Step& step, FullRegisters& caller) {
  for (uint64_t number = 0; number < kReturn; ++number) {
    const Saved saved = state.columns.get(number);
    uint64_t value = 0;
    if (number == kRsp && saved.how == Saved::nowhere) {
      caller.set(kRsp, step.cfa());
    } else if (step.recover(number, saved, value)) {
      caller.set(number, value);
    }
  }
  uint64_t pc = 0;
  const Saved saved = state.columns.get(kReturn);
  if (saved.how == Saved::nowhere || !step.recover(kReturn, saved, pc)) return false;
  caller.set(kReturn, pc);
  return caller.knows(kRsp);
}

}  // namespace

FullStep full_step(const CallFrameInfo& info, FullRegisters& registers, StackMemory& memory) {
  CodeFrames frames;
  const uint64_t pc = registers.get(kReturn) - (registers.interrupted ? 0 : 1);
  if (!find_frames(info, pc, frames)) return FullStep::no_rule;
  Program program(frames.cie.encoding, frames.section.bias, frames.fde.first);
  if (!run_to(program, frames)) return FullStep::no_rule;
  const Program::State& state = program.state();
  if (state.columns.get(kReturn).how == Saved::undefined) return FullStep::outermost;

  Step step(registers, memory);
  FullRegisters caller;
  if (!step.find_cfa(state.cfa)) return FullStep::stuck;
  if (!recover_all(state, step, caller)) return FullStep::stuck;
  const uint64_t sp = caller.get(kRsp);
  if (frames.cie.signal_frame) {
    // The handler may have run on a stack of its own: from here on another one is walked.
    if (sp < memory.low || sp >= memory.high) {
      memory.low = sp & ~uint64_t{4095};
      memory.high = memory.low;
    }
  } else if (sp < registers.get(kRsp) || (sp == registers.get(kRsp) && !registers.interrupted)) {
    // Callers are further up: this is also what makes every walk end. Only what was interrupted may have
    // taken its return address off the stack already, as vfork does.
    return FullStep::stuck;
  }
  caller.interrupted = frames.cie.signal_frame;
  registers = caller;
  return FullStep::stepped;
}

}  // namespace ajar::unwind
