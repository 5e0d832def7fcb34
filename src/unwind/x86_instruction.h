#pragma once

#include <stdint.h>

namespace ajar::unwind {

// What an x86-64 instruction does to the flow of control and to %rsp and %rbp.
struct X86Instruction {
  enum class Flow : uint8_t {
    next,
    branch,          // on, or to the target
    jump,            // to the target
    call,            // of the target
    call_elsewhere,  // of what a register or memory says
    jump_elsewhere,
    ret,
    end,      // nothing comes after it, or nobody knows what
    refused,  // programs may not do this: where it is met, there is no code
  };
  enum class Effect : uint8_t {
    none,
    push,     // 8 bytes
    push_bp,  // all of %rbp
    pop,      // 8 bytes, to something else than %rbp
    pop_bp,
    add_sp,      // %rsp += value
    align_sp,    // %rsp becomes less by nobody knows how much
    sp_from_bp,  // %rsp = %rbp + value
    bp_from_sp,  // %rbp = %rsp + value
    leave,
    zero_bp,
    store,     // to value + %rsp, or %rbp where `by_bp`
    store_bp,  // all of %rbp, to there
    load_bp,   // all of %rbp, from there
  };

  static constexpr uint8_t kNoRegister = 0xff;

  uint8_t length = 0;  // 0: nothing is known of it
  Flow flow = Flow::next;
  Effect effect = Effect::none;
  bool loses_sp = false;  // changes it in another way
  bool loses_bp = false;
  bool by_bp = false;
  bool is_padding = false;     // does nothing
  bool takes_address = false;  // makes a register point to the target
  // Which takes_address gives it to, a pop overwrites, or a jump elsewhere goes by; kNoRegister: none, or
  // memory.
  uint8_t number = kNoRegister;
  uint8_t size = 0;  // of what is stored, in bytes
  int32_t value = 0;
  int32_t target = 0;  // from the instruction's end on
};

// Reads only within [at, end), whatever is there.
X86Instruction x86_instruction(const uint8_t* at, const uint8_t* end);

}  // namespace ajar::unwind
