#include "unwind/cfi_program.h"

namespace ajar::unwind {
namespace {

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

// Goes past an expression. Returns where its length stands.
const uint8_t* expression(CfiReader& in) {
  const uint8_t* at = in.at();
  in.skip(in.uleb());
  return at;
}

}  // namespace

template <typename Columns>
bool CfiProgram<Columns>::begin(const uint8_t* program, const uint8_t* end) {
  CfiReader in(program, end, bias_);
  const uint64_t first = end_;
  while (!in.done()) {
    if (step(in) == Step::unknown) return false;
  }
  end_ = first;
  depth_ = 0;
  initial_ = state_;
  return in.ok();
}

template <typename Columns>
CfiProgram<Columns>::Row CfiProgram<Columns>::next(CfiReader& in) {
  while (!in.done()) {
    const Step taken = step(in);
    if (taken == Step::unknown || !in.ok()) return Row::unknown;
    if (taken == Step::advanced) return Row::more;
  }
  return in.ok() ? Row::last : Row::unknown;
}

template <typename Columns>
CfiProgram<Columns>::Step CfiProgram<Columns>::advance(uint64_t delta) {
  return advance_to(end_ + delta * encoding_.code_align);
}

template <typename Columns>
CfiProgram<Columns>::Step CfiProgram<Columns>::advance_to(uint64_t to) {
  if (to < end_) return Step::unknown;
  const bool moves = to != end_;
  end_ = to;
  return moves ? Step::advanced : Step::go_on;
}

template <typename Columns>
bool CfiProgram<Columns>::remember() {
  if (depth_ == kDepth) return false;
  remembered_[depth_++] = state_;
  return true;
}

template <typename Columns>
bool CfiProgram<Columns>::recall() {
  if (depth_ == 0) return false;
  state_ = remembered_[--depth_];
  return true;
}

template <typename Columns>
CfiProgram<Columns>::Step CfiProgram<Columns>::step(CfiReader& in) {
  const auto op = in.fixed<uint8_t>();
  const uint64_t low = op & 0x3fU;
  switch (op & 0xc0U) {
    case 0x40:
      return advance(low);
    case 0x80:
      set(numbered(low), Saved::at_cfa, scaled(in.uleb()));
      return Step::go_on;
    case 0xc0:
      restore(numbered(low));
      return Step::go_on;
    default:
      return step_extended(in, op);
  }
}

template <typename Columns>
CfiProgram<Columns>::Step CfiProgram<Columns>::step_extended(CfiReader& in, uint8_t op) {
  switch (op) {
    case kNop:
      return Step::go_on;
    case kSetLoc:
      return advance_to(in.pointer(encoding_.pointer_encoding, encoding_.data_base));
    case kAdvance1:
      return advance(in.fixed<uint8_t>());
    case kAdvance2:
      return advance(in.fixed<uint16_t>());
    case kAdvance4:
      return advance(in.fixed<uint32_t>());
    case kRememberState:
      return remember() ? Step::go_on : Step::unknown;
    case kRestoreState:
      return recall() ? Step::go_on : Step::unknown;
    case kGnuArgsSize:
      in.uleb();
      return Step::go_on;
    case kDefCfa:
    case kDefCfaSf:
    case kDefCfaRegister:
    case kDefCfaOffset:
    case kDefCfaOffsetSf:
    case kDefCfaExpression:
      return step_cfa(in, op);
    default:
      return step_register(in, op);
  }
}

template <typename Columns>
CfiProgram<Columns>::Step CfiProgram<Columns>::step_cfa(CfiReader& in, uint8_t op) {
  CfaRule& cfa = state_.cfa;
  if (op == kDefCfaExpression) {
    cfa.expression = expression(in);
    return Step::go_on;
  }
  if (op == kDefCfa || op == kDefCfaSf || op == kDefCfaRegister) {
    cfa.base = numbered(in.uleb());
    cfa.expression = nullptr;
  }
  if (op == kDefCfa || op == kDefCfaOffset) cfa.offset = static_cast<int64_t>(in.uleb());
  if (op == kDefCfaSf || op == kDefCfaOffsetSf)
    cfa.offset = static_cast<int64_t>(scaled(static_cast<uint64_t>(in.sleb())));
  return Step::go_on;
}

// Operands are read in the order in which they stand, so each is a statement of its own.
template <typename Columns>
CfiProgram<Columns>::Step CfiProgram<Columns>::step_register(CfiReader& in, uint8_t op) {
  const uint64_t number = numbered(in.uleb());
  switch (op) {
    case kOffsetExtended:
      set(number, Saved::at_cfa, scaled(in.uleb()));
      return Step::go_on;
    case kOffsetExtendedSf:
      set(number, Saved::at_cfa, scaled(static_cast<uint64_t>(in.sleb())));
      return Step::go_on;
    case kGnuNegativeOffsetExtended:
      set(number, Saved::at_cfa, 0 - scaled(in.uleb()));
      return Step::go_on;
    case kValOffset:
      set(number, Saved::cfa_plus, scaled(in.uleb()));
      return Step::go_on;
    case kValOffsetSf:
      set(number, Saved::cfa_plus, scaled(static_cast<uint64_t>(in.sleb())));
      return Step::go_on;
    case kRestoreExtended:
      restore(number);
      return Step::go_on;
    case kUndefined:
      set(number, Saved::undefined);
      return Step::go_on;
    case kSameValue:
      set(number, Saved::same);
      return Step::go_on;
    case kRegister:
      set(number, Saved::in_register, numbered(in.uleb()));
      return Step::go_on;
    case kExpression:
      set(number, Saved::at_expression, reinterpret_cast<uint64_t>(expression(in)));
      return Step::go_on;
    case kValExpression:
      set(number, Saved::is_expression, reinterpret_cast<uint64_t>(expression(in)));
      return Step::go_on;
    default:
      return Step::unknown;
  }
}

template class CfiProgram<WalkColumns>;
template class CfiProgram<AllColumns>;

}  // namespace ajar::unwind
