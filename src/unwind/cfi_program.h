#pragma once

#include <stdint.h>

#include "unwind/cfi.h"
#include "unwind/cfi_entries.h"
#include "unwind/cfi_reader.h"
#include "unwind/table.h"

namespace ajar::unwind {

// DWARF register numbers: System V ABI, AMD64 supplement, figure 3.36.
inline constexpr uint64_t kRbp = 6, kRsp = 7, kReturn = 16, kRegisters = 17;

// Bytes of a call-frame program with their length in front, as expressions stand there.
inline CfiReader counted_bytes(const uint8_t* at) {
  CfiReader in(at, at + 10);  // was read before: the length is there, and what it counts
  const uint64_t length = in.uleb();
  return {in.at(), in.at() + length};
}

// Where a caller's register is.
struct Saved {
  enum How : uint8_t {
    nowhere,        // nothing was said of it
    same,           // where it is
    undefined,      // it is lost
    at_cfa,         // at the CFA + operand
    cfa_plus,       // its value is the CFA + operand
    in_register,    // in the register of that number
    at_expression,  // at the expression's value
    is_expression,  // its value is the expression's value
  };

  How how = nowhere;
  uint64_t operand = 0;  // of an expression: the address of its length, see counted_bytes()
};

// What a program keeps of the registers' rules: for walking by rules %rbp's and the return address's…
class WalkColumns {
 public:
  void set(uint64_t number, uint64_t return_column, const Saved& saved) {
    if (number == kRbp) bp = saved;
    if (number == kRsp) sp = saved;
    if (number == return_column) ra = saved;
  }
  void restore(uint64_t number, uint64_t return_column, const WalkColumns& from) {
    if (number == kRbp) bp = from.bp;
    if (number == kRsp) sp = from.sp;
    if (number == return_column) ra = from.ra;
  }

  Saved bp, sp, ra;
};

// … for a step with all registers those of all. (Apart from each other, to be small: a program remembers
// some of them, on the stack of whatever called the agent.)
class AllColumns {
 public:
  void set(uint64_t number, uint64_t return_column, const Saved& saved) {
    if (number == return_column) number = kReturn;
    if (number >= kRegisters) return;
    how_[number] = saved.how;
    operand_[number] = saved.operand;
  }
  void restore(uint64_t number, uint64_t return_column, const AllColumns& from) {
    if (number == return_column) number = kReturn;
    if (number < kRegisters) set(number, return_column, from.get(number));
  }
  [[nodiscard]] Saved get(uint64_t number) const { return {how_[number], operand_[number]}; }

 private:
  Saved::How how_[kRegisters] = {};
  uint64_t operand_[kRegisters] = {};
};

struct CfaRule {
  uint64_t base = kRsp;  // register
  int64_t offset = 8;
  const uint8_t* expression = nullptr;  // where set, the CFA is its value; see counted_bytes()
};

// Runs a call-frame program (DWARF 5, 6.4.2) row by row.
template <typename Columns>
class CfiProgram {
 public:
  struct State {
    CfaRule cfa;
    Columns columns;
  };
  enum class Row : uint8_t {
    more,    // state() holds up to end()
    last,    // state() holds from there on
    unknown  // an instruction that is not known, or that leads back: nothing holds from there on
  };

  CfiProgram(const CfiEncoding& encoding, uint64_t bias, uint64_t first)
      : encoding_(encoding), bias_(bias), end_(first) {}

  // The CIE's instructions, which hold at every address and to which DW_CFA_restore goes back. False for what
  // is not known.
  bool begin(const uint8_t* program, const uint8_t* end);
  // … which are those of an earlier program.
  void begin(const State& initial) { state_ = initial_ = initial; }

  // The next row, of the FDE's instructions.
  Row next(CfiReader& in);

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] uint64_t end() const { return end_; }

 private:
  enum class Step : uint8_t { go_on, advanced, unknown };

  Step step(CfiReader& in);
  Step step_extended(CfiReader& in, uint8_t op);
  Step step_register(CfiReader& in, uint8_t op);
  Step step_cfa(CfiReader& in, uint8_t op);
  Step advance(uint64_t delta);
  Step advance_to(uint64_t to);
  void set(uint64_t number, Saved::How how, uint64_t operand = 0) {
    state_.columns.set(number, encoding_.return_column, {how, operand});
  }
  void restore(uint64_t number) { state_.columns.restore(number, encoding_.return_column, initial_.columns); }
  bool remember();
  bool recall();
  [[nodiscard]] uint64_t scaled(uint64_t operand) const {
    return operand * static_cast<uint64_t>(encoding_.data_align);  // operands may be anything: it wraps
  }

  [[nodiscard]] uint64_t numbered(uint64_t number) const {
    return encoding_.is_32 ? number_of_32(number) : number;
  }

  static constexpr int kDepth = 8;

  CfiEncoding encoding_;
  uint64_t bias_;
  uint64_t end_;
  State state_;
  State initial_;
  State remembered_[kDepth];
  int depth_ = 0;
};

extern template class CfiProgram<WalkColumns>;
extern template class CfiProgram<AllColumns>;

// Up to the row of frames.pc. False where the instructions can't be followed to there.
template <typename Columns>
bool run_to(CfiProgram<Columns>& program, const CodeFrames& frames) {
  using Row = typename CfiProgram<Columns>::Row;
  if (!program.begin(frames.cie.program, frames.cie.program_end)) return false;
  CfiReader in(frames.fde.program, frames.fde.program_end, frames.section.bias);
  for (;;) {
    const Row row = program.next(in);
    if (row == Row::unknown) return false;
    if (row == Row::last || frames.pc < program.end()) return true;
  }
}

// The state as a rule: EXOTIC where a rule cannot say it. Of 32-bit code for unwind/walk_32.h.
ajar_rule rule_of(const CfiProgram<WalkColumns>::State& state, const Cie& cie);

}  // namespace ajar::unwind
