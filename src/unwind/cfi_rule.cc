#include "unwind/cfi_program.h"
#include "unwind/operations.h"

namespace ajar::unwind {
namespace {

bool fits16(int64_t v) {
  return v >= INT16_MIN && v <= INT16_MAX;
}
bool fits32(int64_t v) {
  return v >= INT32_MIN && v <= INT32_MAX;
}

ajar_rule exotic(ajar_exotic why) {
  ajar_rule rule{};
  rule.cfa = AJAR_CFA_EXOTIC;
  rule.bp = static_cast<uint8_t>(why);
  return rule;
}

// DW_OP_bregN offset, and nothing or DW_OP_deref after it.
struct Based {
  uint64_t base = ~uint64_t{0};  // register number
  int64_t offset = 0;
  bool deref = false;
};

Based parse_based(CfiReader in, bool is_32 = false) {
  Based based;
  const auto op = in.fixed<uint8_t>();
  if (!in.ok() || op < kBreg0 || op > kBreg31) return {};
  based.base = static_cast<uint64_t>(op - kBreg0);
  if (is_32) based.base = number_of_32(based.base);
  based.offset = in.sleb();
  if (in.ok() && in.done()) return based;
  based.deref = in.fixed<uint8_t>() == kDeref;
  return in.ok() && based.deref && in.done() ? based : Based{};
}

Based parse_saved(const Saved& saved, bool is_32 = false) {
  if (saved.how != Saved::at_expression) return {};
  return parse_based(counted_bytes(reinterpret_cast<const uint8_t*>(saved.operand)), is_32);
}

// The linker's expression for a lazy PLT: (sp + a) + ((pc & 15) >= n) * 8. n is returned through `threshold`.
bool parse_plt(CfiReader in, int64_t* offset, int16_t* threshold) {
  if (in.fixed<uint8_t>() != kBreg0 + kRsp) return false;
  *offset = in.sleb();
  if (in.fixed<uint8_t>() != kBreg0 + kReturn || in.sleb() != 0) return false;
  if (in.fixed<uint8_t>() != kLit0 + 15 || in.fixed<uint8_t>() != kAnd) return false;
  const auto lit = in.fixed<uint8_t>();
  if (lit < kLit0 || lit > kLit0 + 15) return false;
  *threshold = static_cast<int16_t>(lit - kLit0);
  return in.fixed<uint8_t>() == kGe && in.fixed<uint8_t>() == kLit0 + 3 && in.fixed<uint8_t>() == kShl &&
         in.fixed<uint8_t>() == kPlus && in.ok() && in.done();
}

// What Linux leaves on the stack, as the C libraries' return trampolines describe it.
ajar_rule signal_rule(const CfiProgram<WalkColumns>::State& state) {
  if (state.cfa.expression == nullptr) return exotic(AJAR_EXOTIC_SIGNAL);
  const Based cfa = parse_based(counted_bytes(state.cfa.expression));
  const Based ra = parse_saved(state.columns.ra);
  const Based bp = parse_saved(state.columns.bp);
  const Based sp = parse_saved(state.columns.sp);
  const bool caller_sp =
      state.columns.sp.how == Saved::nowhere || (sp.base == kRsp && !sp.deref && sp.offset == cfa.offset);
  const bool kernel_layout = cfa.base == kRsp && ra.base == kRsp && bp.base == kRsp && cfa.deref &&
                             !ra.deref && !bp.deref && fits32(cfa.offset) && ra.offset == cfa.offset + 8 &&
                             bp.offset == cfa.offset - 40 && caller_sp;
  if (!kernel_layout) return exotic(AJAR_EXOTIC_SIGNAL);
  ajar_rule rule{};
  rule.cfa = AJAR_CFA_SIGNAL;
  rule.offset = static_cast<int32_t>(cfa.offset);
  return rule;
}

// The CFA is an expression: a realigned stack or a lazy PLT.
ajar_rule expression_rule(const uint8_t* expression, bool is_32) {
  ajar_rule rule{};
  int64_t offset = 0;
  int16_t threshold = 0;
  if (!is_32 && parse_plt(counted_bytes(expression), &offset, &threshold) && fits32(offset)) {
    rule.cfa = AJAR_CFA_PLT;
    rule.offset = static_cast<int32_t>(offset);
    rule.bp_offset = threshold;
    return rule;
  }
  const Based cfa = parse_based(counted_bytes(expression), is_32);
  if (!cfa.deref || !fits32(cfa.offset) || (cfa.base != kRbp && cfa.base != kRsp))
    return exotic(AJAR_EXOTIC_CFA_EXPRESSION);
  rule.cfa = cfa.base == kRbp ? AJAR_CFA_BP_DEREF : AJAR_CFA_SP_DEREF;
  rule.offset = static_cast<int32_t>(cfa.offset);
  return rule;
}

ajar_rule cfa_rule(const CfaRule& cfa, bool is_32) {
  if (cfa.expression != nullptr) return expression_rule(cfa.expression, is_32);
  if (cfa.base != kRsp && cfa.base != kRbp) return exotic(AJAR_EXOTIC_CFA_REGISTER);
  if (!fits32(cfa.offset)) return exotic(AJAR_EXOTIC_FAR);
  ajar_rule rule{};
  rule.cfa = cfa.base == kRsp ? AJAR_CFA_SP : AJAR_CFA_BP;
  rule.offset = static_cast<int32_t>(cfa.offset);
  return rule;
}

// `rule` with what is said of %rbp.
ajar_rule with_bp(ajar_rule rule, const Saved& saved, bool is_32) {
  switch (saved.how) {
    case Saved::nowhere:
    case Saved::same:
    case Saved::undefined:  // nobody further out needs it, or they saved it themselves
      return rule;
    case Saved::at_cfa: {
      const auto offset = static_cast<int64_t>(saved.operand);
      if (!fits16(offset)) return exotic(AJAR_EXOTIC_FAR);
      if (rule.cfa == AJAR_CFA_PLT) return exotic(AJAR_EXOTIC_BP);
      rule.bp = AJAR_BP_AT_CFA;
      rule.bp_offset = static_cast<int16_t>(offset);
      return rule;
    }
    case Saved::at_expression: {
      const Based bp = parse_saved(saved, is_32);
      if (bp.base != kRbp || bp.deref || !fits16(bp.offset) || rule.cfa == AJAR_CFA_PLT)
        return exotic(AJAR_EXOTIC_BP);
      rule.bp = AJAR_BP_AT_BP;
      rule.bp_offset = static_cast<int16_t>(bp.offset);
      return rule;
    }
    default:
      return exotic(AJAR_EXOTIC_BP);
  }
}

// GCC says of some functions that the caller's %rsp is the CFA, which is so anyway.
bool is_the_cfa(const Saved& sp) {
  return sp.how == Saved::nowhere || (sp.how == Saved::cfa_plus && sp.operand == 0);
}

}  // namespace

ajar_rule rule_of(const CfiProgram<WalkColumns>::State& state, const Cie& cie) {
  const bool is_32 = cie.encoding.is_32;
  const WalkColumns& columns = state.columns;
  if (columns.ra.how == Saved::undefined) {
    ajar_rule rule{};
    rule.cfa = AJAR_CFA_END;
    return rule;
  }
  if (cie.signal_frame) return is_32 ? exotic(AJAR_EXOTIC_SIGNAL) : signal_rule(state);
  const ajar_rule rule = cfa_rule(state.cfa, is_32);
  if (rule.cfa == AJAR_CFA_EXOTIC) return rule;
  const uint64_t word = is_32 ? 4 : 8;
  if (columns.ra.how != Saved::at_cfa || columns.ra.operand != 0 - word)
    return exotic(AJAR_EXOTIC_RETURN_ADDRESS);
  if (!is_the_cfa(columns.sp)) return exotic(AJAR_EXOTIC_SP);
  return with_bp(rule, columns.bp, is_32);
}

}  // namespace ajar::unwind
