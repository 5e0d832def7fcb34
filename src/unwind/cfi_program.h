#pragma once

#include <stdint.h>

#include "unwind/cfi_reader.h"
#include "unwind/table.h"

namespace ajar::unwind {

struct CfiEncoding {
  uint64_t code_align = 1;
  int64_t data_align = 1;
  uint64_t return_column = 16;
};

// Runs a call-frame program (DWARF 5, 6.4.2) up to an address, keeping only what walking needs on x86-64: the
// CFA, the return address and %rbp. What the rules of the others say does not matter until a CFA is computed
// from one of them, and then rule() says NONE.
class CfiProgram {
 public:
  CfiProgram(const CfiEncoding& encoding, uint64_t first, uint64_t pc)
      : encoding_(encoding), location_(first), pc_(pc) {}

  // The CIE's instructions: the state that DW_CFA_restore goes back to. False for an instruction that is not
  // known.
  bool run_initial(const uint8_t* program, const uint8_t* end);
  // The FDE's instructions up to the row of pc.
  bool run(const uint8_t* program, const uint8_t* end);

  ajar_rule rule(bool signal_frame) const;

 private:
  enum class Saved : uint8_t { same, undefined, at_cfa, at_expression, other };
  struct Register {
    Saved how = Saved::same;
    int64_t offset = 0;                   // at_cfa
    const uint8_t* expression = nullptr;  // at_expression
    uint64_t length = 0;
  };
  struct State {
    uint64_t cfa_register = 7;
    int64_t cfa_offset = 8;
    const uint8_t* cfa_expression = nullptr;  // where set, the CFA is this expression's value
    uint64_t cfa_length = 0;
    Register bp, ra;
  };
  enum class Step : uint8_t { go_on, past_pc, unknown };

  Step step(CfiReader& in);
  Step step_extended(CfiReader& in, uint8_t op);
  Step advance(uint64_t delta);
  void set(uint64_t number, const Register& value);
  void restore(uint64_t number);
  bool remember();
  bool recall();
  ajar_rule expression_rule(bool signal_frame) const;

  static constexpr int kDepth = 8;

  CfiEncoding encoding_;
  uint64_t location_;
  uint64_t pc_;
  State state_;
  State initial_;
  State remembered_[kDepth];
  int depth_ = 0;
};

}  // namespace ajar::unwind
