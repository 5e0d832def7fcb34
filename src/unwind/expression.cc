#include "unwind/expression.h"

#include "unwind/operations.h"

namespace ajar::unwind {
namespace {

class Machine {
 public:
  Machine(CfiReader expression, const FullRegisters& registers, StackMemory& memory)
      : begin_(expression.at()), in_(expression), registers_(registers), memory_(memory) {}

  bool run(const uint64_t* initial, uint64_t& value) {
    if (initial != nullptr) push(*initial);
    for (unsigned left = kMostOperations; !in_.done() && ok_; --left) {
      if (left == 0) return false;
      operation(in_.fixed<uint8_t>());
    }
    value = pop();
    return ok_ && in_.ok();
  }

 private:
  static constexpr unsigned kMostOperations = 1000;
  static constexpr unsigned kDepth = 32;

  void push(uint64_t value) {
    if (depth_ == kDepth) {
      ok_ = false;
    } else {
      stack_[depth_++] = value;
    }
  }

  uint64_t pop() {
    if (depth_ == 0) {
      ok_ = false;
      return 0;
    }
    return stack_[--depth_];
  }

  // From the top: 0 is what pop() would give.
  [[nodiscard]] uint64_t peek(uint64_t index) {
    if (index >= depth_) {
      ok_ = false;
      return 0;
    }
    return stack_[depth_ - 1 - index];
  }

  void operation(uint8_t op) {
    if (op >= kLit0 && op <= kLit31) return push(op - uint64_t{kLit0});
    if (op >= kBreg0 && op <= kBreg31) return push_register(op - uint64_t{kBreg0});
    if (op >= kEq && op <= kNe) return compare(op);
    switch (op) {
      case kBregx:
        return push_register(in_.uleb());
      case kDeref:
        return dereference(8);
      case kDerefSize:
        return dereference(in_.fixed<uint8_t>());
      case kBra:
      case kSkip:
        return branch(op);
      case kNopOperation:
        return;
      default:
        if (op <= kConsts) return constant(op);
        if (op <= kRot) return shuffle(op);
        return calculate(op);
    }
  }

  void push_register(uint64_t number) {
    const int64_t offset = in_.sleb();
    if (!registers_.knows(number)) {
      ok_ = false;
    } else {
      push(registers_.get(number) + static_cast<uint64_t>(offset));
    }
  }

  // Two words at most, each of which must be readable.
  void dereference(unsigned size) {
    const uint64_t address = pop();
    const uint64_t first = address & ~uint64_t{7};
    const uint64_t last = (address + size - 1) & ~uint64_t{7};
    if (!ok_ || size == 0 || size > 8 || !memory_.readable(first) || !memory_.readable(last)) {
      ok_ = false;
      return;
    }
    uint64_t value = 0;
    __builtin_memcpy(&value, reinterpret_cast<const void*>(address + memory_.shift), size);
    push(value);
  }

  void branch(uint8_t op) {
    const auto distance = static_cast<int64_t>(in_.fixed<int16_t>());
    if (op == kBra && pop() == 0) return;
    const int64_t to = in_.at() - begin_ + distance;
    if (!in_.ok() || to < 0 || to > in_.end() - begin_) {
      ok_ = false;
      return;
    }
    in_ = CfiReader(begin_ + to, in_.end());
  }

  template <typename T>
  void push_signed() {
    push(static_cast<uint64_t>(static_cast<int64_t>(in_.fixed<T>())));
  }

  void constant(uint8_t op) {
    switch (op) {
      case kAddr:
      case kConst8u:
      case kConst8s:
        return push(in_.fixed<uint64_t>());
      case kConst1u:
        return push(in_.fixed<uint8_t>());
      case kConst1s:
        return push_signed<int8_t>();
      case kConst2u:
        return push(in_.fixed<uint16_t>());
      case kConst2s:
        return push_signed<int16_t>();
      case kConst4u:
        return push(in_.fixed<uint32_t>());
      case kConst4s:
        return push_signed<int32_t>();
      case kConstu:
        return push(in_.uleb());
      case kConsts:
        return push(static_cast<uint64_t>(in_.sleb()));
      default:
        ok_ = false;
    }
  }

  void shuffle(uint8_t op) {
    switch (op) {
      case kDup:
        return push(peek(0));
      case kDrop:
        pop();
        return;
      case kOver:
        return push(peek(1));
      case kPick:
        return push(peek(in_.fixed<uint8_t>()));
      case kSwap: {
        const uint64_t top = pop();
        const uint64_t second = pop();
        push(top);
        return push(second);
      }
      case kRot: {
        const uint64_t top = pop();
        const uint64_t second = pop();
        const uint64_t third = pop();
        push(top);
        push(third);
        return push(second);
      }
      default:
        ok_ = false;
    }
  }

  void calculate(uint8_t op) {
    const uint64_t top = pop();
    switch (op) {
      case kAbs:
        return push(static_cast<int64_t>(top) < 0 ? 0 - top : top);
      case kNeg:
        return push(0 - top);
      case kNot:
        return push(~top);
      case kPlusUconst:
        return push(top + in_.uleb());
      default:
        return combine(op, pop(), top);
    }
  }

  void combine(uint8_t op, uint64_t left, uint64_t right) {
    constexpr uint64_t kBits = 64;
    const auto signed_left = static_cast<int64_t>(left);
    switch (op) {
      case kAnd:
        return push(left & right);
      case kOr:
        return push(left | right);
      case kXor:
        return push(left ^ right);
      case kPlus:
        return push(left + right);
      case kMinus:
        return push(left - right);
      case kMul:
        return push(left * right);
      case kShl:
        return push(right < kBits ? left << right : 0);
      case kShr:
        return push(right < kBits ? left >> right : 0);
      case kShra:
        return push(static_cast<uint64_t>(signed_left >> (right < kBits ? right : kBits - 1)));
      case kDiv:
      case kMod:
        return divide(op, left, right);
      default:
        ok_ = false;
    }
  }

  // Division is signed, the remainder is not.
  void divide(uint8_t op, uint64_t left, uint64_t right) {
    if (right == 0) {
      ok_ = false;
    } else if (op == kMod) {
      push(left % right);
    } else if (right == ~uint64_t{0}) {
      push(0 - left);  // the one quotient that does not fit among them
    } else {
      push(static_cast<uint64_t>(static_cast<int64_t>(left) / static_cast<int64_t>(right)));
    }
  }

  void compare(uint8_t op) {
    const auto right = static_cast<int64_t>(pop());
    const auto left = static_cast<int64_t>(pop());
    const bool holds = op == kEq   ? left == right
                       : op == kGe ? left >= right
                       : op == kGt ? left > right
                       : op == kLe ? left <= right
                       : op == kLt ? left < right
                                   : left != right;
    push(holds ? 1 : 0);
  }

  const uint8_t* begin_;
  CfiReader in_;
  const FullRegisters& registers_;
  StackMemory& memory_;
  uint64_t stack_[kDepth];
  unsigned depth_ = 0;
  bool ok_ = true;
};

}  // namespace

bool evaluate(CfiReader expression, const FullRegisters& registers, StackMemory& memory,
              const uint64_t* initial, uint64_t& value) {
  return Machine(expression, registers, memory).run(initial, value);
}

}  // namespace ajar::unwind
