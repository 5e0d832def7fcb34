#include "unwind/cfi_program.h"

namespace ajar::unwind {
namespace {

constexpr uint64_t kRbp = 6;  // DWARF register numbers: System V ABI, AMD64 supplement, figure 3.36
constexpr uint64_t kRsp = 7;
constexpr uint64_t kReturn = 16;

enum : uint8_t {  // DW_CFA_…
  kNop = 0x00,
  kSetLoc = 0x01,
  kAdvance1 = 0x02,
  kAdvance2 = 0x03,
  kAdvance4 = 0x04,
  kOffsetExtended = 0x05,
  kRestoreExtended = 0x06,
  kUndefined = 0x07,
  kSameValue = 0x08,
  kRegister = 0x09,
  kRememberState = 0x0a,
  kRestoreState = 0x0b,
  kDefCfa = 0x0c,
  kDefCfaRegister = 0x0d,
  kDefCfaOffset = 0x0e,
  kDefCfaExpression = 0x0f,
  kExpression = 0x10,
  kOffsetExtendedSf = 0x11,
  kDefCfaSf = 0x12,
  kDefCfaOffsetSf = 0x13,
  kValOffset = 0x14,
  kValOffsetSf = 0x15,
  kValExpression = 0x16,
  kGnuArgsSize = 0x2e,
  kGnuNegativeOffsetExtended = 0x2f,
};

constexpr uint8_t kOpBreg0 = 0x70;
constexpr uint8_t kOpDeref = 0x06;
constexpr uint8_t kOpLit0 = 0x30;

// What an operand stands for: a multiple. Operands may be anything, so it wraps.
int64_t times(uint64_t operand, int64_t factor) {
  return static_cast<int64_t>(operand * static_cast<uint64_t>(factor));
}

bool fits16(int64_t v) {
  return v >= INT16_MIN && v <= INT16_MAX;
}
bool fits32(int64_t v) {
  return v >= INT32_MIN && v <= INT32_MAX;
}

// DW_OP_bregN offset, and nothing or DW_OP_deref after it.
struct Based {
  uint64_t base = ~uint64_t{0};  // register number
  int64_t offset = 0;
  bool deref = false;
};

Based parse_based(const uint8_t* expression, uint64_t length) {
  CfiReader in(expression, expression + length);
  Based based;
  const auto op = in.fixed<uint8_t>();
  if (!in.ok() || op < kOpBreg0 || op >= kOpBreg0 + 32) return {};
  based.base = static_cast<uint64_t>(op - kOpBreg0);
  based.offset = in.sleb();
  if (in.ok() && in.done()) return based;
  based.deref = in.fixed<uint8_t>() == kOpDeref;
  return in.ok() && based.deref && in.done() ? based : Based{};
}

// The linker's expression for a lazy PLT: (sp + a) + ((pc & 15) >= n) * 8. n is returned through `threshold`.
bool parse_plt(const uint8_t* expression, uint64_t length, int64_t* offset, int16_t* threshold) {
  CfiReader in(expression, expression + length);
  if (in.fixed<uint8_t>() != kOpBreg0 + kRsp) return false;
  *offset = in.sleb();
  if (in.fixed<uint8_t>() != kOpBreg0 + kReturn || in.sleb() != 0) return false;
  if (in.fixed<uint8_t>() != kOpLit0 + 15 || in.fixed<uint8_t>() != 0x1a /* and */) return false;
  const auto lit = in.fixed<uint8_t>();
  if (lit < kOpLit0 || lit > kOpLit0 + 15) return false;
  *threshold = static_cast<int16_t>(lit - kOpLit0);
  return in.fixed<uint8_t>() == 0x2a /* ge */ && in.fixed<uint8_t>() == kOpLit0 + 3 &&
         in.fixed<uint8_t>() == 0x24 /* shl */ && in.fixed<uint8_t>() == 0x22 /* plus */ && in.ok() &&
         in.done();
}

}  // namespace

bool CfiProgram::run_initial(const uint8_t* program, const uint8_t* end) {
  const uint64_t pc = pc_;
  pc_ = ~uint64_t{0};  // a CIE's instructions hold at every address
  const bool ok = run(program, end);
  pc_ = pc;
  initial_ = state_;
  return ok;
}

bool CfiProgram::run(const uint8_t* program, const uint8_t* end) {
  CfiReader in(program, end);
  while (!in.done()) {
    const Step step_taken = step(in);
    if (step_taken == Step::past_pc) return true;
    if (step_taken == Step::unknown) return false;
  }
  return in.ok();
}

CfiProgram::Step CfiProgram::advance(uint64_t delta) {
  location_ += delta * encoding_.code_align;
  return location_ > pc_ ? Step::past_pc : Step::go_on;
}

void CfiProgram::set(uint64_t number, const Register& value) {
  if (number == kRbp) state_.bp = value;
  if (number == encoding_.return_column) state_.ra = value;
}

void CfiProgram::restore(uint64_t number) {
  if (number == kRbp) state_.bp = initial_.bp;
  if (number == encoding_.return_column) state_.ra = initial_.ra;
}

bool CfiProgram::remember() {
  if (depth_ == kDepth) return false;
  remembered_[depth_++] = state_;
  return true;
}

bool CfiProgram::recall() {
  if (depth_ == 0) return false;
  state_ = remembered_[--depth_];
  return true;
}

CfiProgram::Step CfiProgram::step(CfiReader& in) {
  const auto op = in.fixed<uint8_t>();
  const uint64_t low = op & 0x3fU;
  switch (op & 0xc0U) {
    case 0x40:
      return advance(low);
    case 0x80:
      set(low, {Saved::at_cfa, times(in.uleb(), encoding_.data_align)});
      return Step::go_on;
    case 0xc0:
      restore(low);
      return Step::go_on;
    default:
      return step_extended(in, op);
  }
}

CfiProgram::Step CfiProgram::step_extended(CfiReader& in, uint8_t op) {
  const auto scaled = [&](uint64_t operand) { return times(operand, encoding_.data_align); };
  // Operands are read in the order in which they stand, so each is a statement of its own.
  uint64_t number = 0;
  switch (op) {
    case kNop:
      return Step::go_on;
    case kAdvance1:
      return advance(in.fixed<uint8_t>());
    case kAdvance2:
      return advance(in.fixed<uint16_t>());
    case kAdvance4:
      return advance(in.fixed<uint32_t>());
    case kOffsetExtended:
      number = in.uleb();
      set(number, {Saved::at_cfa, scaled(in.uleb())});
      return Step::go_on;
    case kOffsetExtendedSf:
      number = in.uleb();
      set(number, {Saved::at_cfa, scaled(static_cast<uint64_t>(in.sleb()))});
      return Step::go_on;
    case kGnuNegativeOffsetExtended:
      number = in.uleb();
      set(number, {Saved::at_cfa, static_cast<int64_t>(0 - static_cast<uint64_t>(scaled(in.uleb())))});
      return Step::go_on;
    case kRestoreExtended:
      restore(in.uleb());
      return Step::go_on;
    case kUndefined:
      set(in.uleb(), {Saved::undefined});
      return Step::go_on;
    case kSameValue:
      set(in.uleb(), {Saved::same});
      return Step::go_on;
    case kRegister:
    case kValOffset:
      number = in.uleb();
      in.uleb();
      set(number, {Saved::other});
      return Step::go_on;
    case kValOffsetSf:
      number = in.uleb();
      in.sleb();
      set(number, {Saved::other});
      return Step::go_on;
    case kExpression:
    case kValExpression: {
      number = in.uleb();
      const uint64_t length = in.uleb();
      set(number, {op == kExpression ? Saved::at_expression : Saved::other, 0, in.at(), length});
      in.skip(length);
      return Step::go_on;
    }
    case kRememberState:
      return remember() ? Step::go_on : Step::unknown;
    case kRestoreState:
      return recall() ? Step::go_on : Step::unknown;
    case kDefCfa:
      state_.cfa_register = in.uleb();
      state_.cfa_offset = static_cast<int64_t>(in.uleb());
      state_.cfa_expression = nullptr;
      return Step::go_on;
    case kDefCfaSf:
      state_.cfa_register = in.uleb();
      state_.cfa_offset = scaled(static_cast<uint64_t>(in.sleb()));
      state_.cfa_expression = nullptr;
      return Step::go_on;
    case kDefCfaRegister:
      state_.cfa_register = in.uleb();
      state_.cfa_expression = nullptr;
      return Step::go_on;
    case kDefCfaOffset:
      state_.cfa_offset = static_cast<int64_t>(in.uleb());
      return Step::go_on;
    case kDefCfaOffsetSf:
      state_.cfa_offset = scaled(static_cast<uint64_t>(in.sleb()));
      return Step::go_on;
    case kDefCfaExpression:
      state_.cfa_length = in.uleb();
      state_.cfa_expression = in.at();
      in.skip(state_.cfa_length);
      return Step::go_on;
    case kGnuArgsSize:
      in.uleb();
      return Step::go_on;
    default:
      return Step::unknown;  // kSetLoc among them: no compiler emits it in .eh_frame
  }
}

// The CFA is an expression: a signal frame, a realigned stack or a lazy PLT.
ajar_rule CfiProgram::expression_rule(bool signal_frame) const {
  ajar_rule rule{};
  int64_t offset = 0;
  int16_t threshold = 0;
  if (parse_plt(state_.cfa_expression, state_.cfa_length, &offset, &threshold) && fits32(offset)) {
    rule.cfa = AJAR_CFA_PLT;
    rule.offset = static_cast<int32_t>(offset);
    rule.bp_offset = threshold;
    return rule;
  }
  const Based cfa = parse_based(state_.cfa_expression, state_.cfa_length);
  if (!cfa.deref || !fits32(cfa.offset) || (cfa.base != kRbp && cfa.base != kRsp)) return rule;
  rule.offset = static_cast<int32_t>(cfa.offset);
  if (!signal_frame) {
    rule.cfa = cfa.base == kRbp ? AJAR_CFA_BP_DEREF : AJAR_CFA_SP_DEREF;
    return rule;
  }
  const Based ra =
      parse_based(state_.ra.expression, state_.ra.how == Saved::at_expression ? state_.ra.length : 0);
  const Based bp =
      parse_based(state_.bp.expression, state_.bp.how == Saved::at_expression ? state_.bp.length : 0);
  const bool kernel_layout = cfa.base == kRsp && ra.base == kRsp && bp.base == kRsp && !ra.deref &&
                             !bp.deref && ra.offset == cfa.offset + 8 && bp.offset == cfa.offset - 40;
  if (kernel_layout) rule.cfa = AJAR_CFA_SIGNAL;
  return rule;
}

ajar_rule CfiProgram::rule(bool signal_frame) const {
  constexpr ajar_rule kNone{};
  ajar_rule rule{};
  if (state_.ra.how == Saved::undefined) {
    rule.cfa = AJAR_CFA_END;
    return rule;
  }
  if (state_.cfa_expression != nullptr) {
    rule = expression_rule(signal_frame);
    if (rule.cfa == AJAR_CFA_NONE || rule.cfa == AJAR_CFA_PLT || rule.cfa == AJAR_CFA_SIGNAL) return rule;
  } else {
    if (!fits32(state_.cfa_offset) || (state_.cfa_register != kRsp && state_.cfa_register != kRbp))
      return kNone;
    rule.cfa = state_.cfa_register == kRsp ? AJAR_CFA_SP : AJAR_CFA_BP;
    rule.offset = static_cast<int32_t>(state_.cfa_offset);
  }
  if (state_.ra.how != Saved::at_cfa || state_.ra.offset != -8) return kNone;
  switch (state_.bp.how) {
    case Saved::same:
    case Saved::undefined:  // nobody further out needs it, or they saved it themselves
      return rule;
    case Saved::at_cfa:
      if (!fits16(state_.bp.offset)) return kNone;
      rule.bp = AJAR_BP_AT_CFA;
      rule.bp_offset = static_cast<int16_t>(state_.bp.offset);
      return rule;
    case Saved::at_expression: {
      const Based bp = parse_based(state_.bp.expression, state_.bp.length);
      if (bp.base != kRbp || bp.deref || !fits16(bp.offset)) return kNone;
      rule.bp = AJAR_BP_AT_BP;
      rule.bp_offset = static_cast<int16_t>(bp.offset);
      return rule;
    }
    case Saved::other:
      return kNone;
  }
  return kNone;
}

}  // namespace ajar::unwind
