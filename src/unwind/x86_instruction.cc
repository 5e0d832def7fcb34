#include "unwind/x86_instruction.h"

#include "unwind/x86_encoding.h"

namespace ajar::unwind {
namespace {

using Effect = X86Instruction::Effect;
using Flow = X86Instruction::Flow;
using Map = X86Encoding::Map;
using Form = X86Encoding::Form;

constexpr uint8_t kSp = X86Encoding::kSp, kBp = X86Encoding::kBp;

// Which general registers an instruction writes: `.` none but %rax, %rcx, %rdx, %rbx, %rsi, %rdi, %r11; m the
// one in rm, r that in reg, x both, o that in the opcode. Capitals: 8 bits of it. Some write less than is
// said here; %rsp's and %rbp's own instructions are looked at before.
constexpr char kOneByteWrites[] =
    "MmRr....MmRr...."
    "MmRr....MmRr...."
    "MmRr....MmRr...."
    "MmRr............"
    "................"
    "................"
    "...r.....r.r...."
    "................"
    "Mm.m..XxMmRrmr.m"
    "oooooooo........"
    "................"
    "OOOOOOOOoooooooo"
    "Mm....Mm........"
    "MmMm............"
    "................"
    "......Mm......Mm";

constexpr char kMap0fWrites[] =
    "mmrr............"
    "..............m."
    "mm..........rr.."
    "................"
    "rrrrrrrrrrrrrrrr"
    "r..............."
    "................"
    "........m.....m."
    "MMMMMMMMMMMMMMMM"
    "MMMMMMMMMMMMMMMM"
    "....mm.....mmmmr"
    "MmrmrrrR.mmmrrrr"
    "Xx...r.moooooooo"
    ".......r........"
    "................"
    "................";

char vector_write(const X86Encoding& it) {
  switch (it.opcode) {
    case 0x7e:
      return it.is_16_bit ? 'm' : '.';
    case 0x2c:
    case 0x2d:
    case 0x50:
    case 0x93:
    case 0xc5:
    case 0xd7:
      return 'r';
    case 0x78:
    case 0x79:
      return it.form == Form::evex ? 'r' : '.';
    default:
      return '.';
  }
}

bool is_of_bits(const X86Encoding& it) {
  return it.map == Map::xop_a || it.opcode < 0x80;
}

char write_of(const X86Encoding& it) {
  switch (it.map) {
    case Map::one_byte:
      // Of these groups one compares, and some test or multiply.
      if (it.opcode >= 0x80 && it.opcode <= 0x83 && it.group == 7) return '.';
      if ((it.opcode == 0xf6 || it.opcode == 0xf7) && it.group != 2 && it.group != 3) return '.';
      if (it.opcode == 0xff && it.group > 1) return '.';
      return kOneByteWrites[it.opcode];
    case Map::map_0f:
      return it.form == Form::legacy ? kMap0fWrites[it.opcode] : vector_write(it);
    case Map::map_0f38:
      return it.opcode >= 0xe0 && (it.form != Form::legacy || it.opcode >= 0xf0) ? 'r' : '.';
    case Map::map_0f3a:
      if (it.opcode >= 0x14 && it.opcode <= 0x17) return 'm';
      return it.opcode == 0xf0 ? 'r' : '.';
    case Map::map_5:
      return vector_write(it);
    case Map::xop_9:  // bit manipulation; the others are of vectors
    case Map::xop_a:
      return is_of_bits(it) ? 'r' : '.';
    case Map::map_6:
    case Map::xop_8:
      return '.';
  }
  return '.';
}

class Meaning {
 public:
  explicit Meaning(const X86Encoding& it) : it_(it) {}

  X86Instruction run() {
    told_.length = it_.length;
    if (it_.length == 0) return told_;
    if (it_.map == Map::one_byte) {
      one_byte_flow();
    } else if (it_.map == Map::map_0f && it_.form == Form::legacy) {
      map_0f_flow();
    }
    if (!is_own()) writes();
    return told_;
  }

 private:
  [[nodiscard]] bool is_whole(uint8_t number, uint8_t which) const {
    return it_.is_wide() && number == which;
  }

  void flow(Flow flow) {
    told_.flow = flow;
    told_.target = static_cast<int32_t>(it_.immediate);
  }

  void one_byte_flow() {
    switch (it_.opcode) {
      case 0xe8:
        return flow(Flow::call);
      case 0xe9:
      case 0xeb:
        return flow(Flow::jump);
      case 0xc3:
        return flow(Flow::ret);
      case 0xff:
        if (it_.group == 2) flow(Flow::call_elsewhere);
        if (it_.group == 4) {
          flow(Flow::jump_elsewhere);
          if (it_.mod == 3) told_.number = it_.rm;
        }
        if (it_.group == 3 || it_.group == 5 || it_.group == 7) flow(Flow::end);
        return;
      case 0xc7:
        if (it_.mod == 3 && it_.group == 7) flow(Flow::branch);
        return;
      case 0x90:
        told_.is_padding = (it_.rex & X86Encoding::b) == 0;
        return;
      case 0x6c:  // input, output, interrupts on and off
      case 0x6d:
      case 0x6e:
      case 0x6f:
      case 0xe4:
      case 0xe5:
      case 0xe6:
      case 0xe7:
      case 0xec:
      case 0xed:
      case 0xee:
      case 0xef:
      case 0xfa:
      case 0xfb:
        return flow(Flow::refused);
      case 0xc2:  // a return that takes arguments away, far ones, traps, hlt
      case 0xca:
      case 0xcb:
      case 0xcc:
      case 0xcf:
      case 0xf1:
      case 0xf4:
        return flow(Flow::end);
      default:
        if ((it_.opcode & 0xf0U) == 0x70 || (it_.opcode & 0xfcU) == 0xe0) flow(Flow::branch);
        return;
    }
  }

  void map_0f_flow() {
    switch (it_.opcode) {
      case 0x07:  // sysret, ud2, sysenter and sysexit, rsm, ud1, ud0
      case 0x0b:
      case 0x34:
      case 0x35:
      case 0xaa:
      case 0xb9:
      case 0xff:
        return flow(Flow::end);
      case 0x1f:
        told_.is_padding = true;
        return;
      default:
        if ((it_.opcode & 0xf0U) == 0x80) flow(Flow::branch);
        return;
    }
  }

  bool effect(Effect effect, int64_t value = 0) {
    told_.effect = effect;
    told_.value = static_cast<int32_t>(value);
    return true;
  }

  bool lose_both() { return told_.loses_sp = told_.loses_bp = true; }

  // Instructions that are there for the stack. True where all that they do is said.
  bool is_own() {
    if (it_.form != Form::legacy) return false;
    if (it_.map == Map::map_0f) {
      const bool is_push = it_.opcode == 0xa0 || it_.opcode == 0xa8;
      const bool is_pop = it_.opcode == 0xa1 || it_.opcode == 0xa9;
      return (is_push || is_pop) && stack(is_push ? Effect::push : Effect::pop);
    }
    if (it_.map != Map::one_byte) return false;
    if ((it_.opcode & 0xf0U) == 0x50) return push_or_pop_register();
    switch (it_.opcode) {
      case 0x31:
      case 0x33:
        if (it_.mod != 3 || it_.reg != kBp || it_.rm != kBp || it_.is_16_bit) return false;
        return effect(Effect::zero_bp);
      case 0x68:
      case 0x6a:
      case 0x9c:
        return stack(Effect::push);
      case 0x9d:
        return stack(Effect::pop);
      case 0x81:
      case 0x83:
        return it_.mod == 3 && is_whole(it_.rm, kSp) && arithmetic();
      case 0x89:
      case 0x8b:
        return move();
      case 0x8d:
        return address();
      case 0x8f:
        return it_.mod == 3 || it_.group != 0 ? lose_both() : stack(Effect::pop);
      case 0xc8:
        return lose_both();
      case 0xc9:
        return it_.is_16_bit ? lose_both() : effect(Effect::leave);
      case 0xff:
        return it_.group == 6 && stack(Effect::push);
      default:
        return false;
    }
  }

  bool stack(Effect kind) { return it_.is_16_bit && !it_.is_wide() ? lose_both() : effect(kind); }

  bool push_or_pop_register() {
    const auto number = static_cast<uint8_t>((it_.opcode & 7U) | ((it_.rex & X86Encoding::b) != 0 ? 8U : 0U));
    const bool is_push = it_.opcode < 0x58;
    if (!is_push) told_.number = number;
    if (!is_push && number == kSp) return lose_both();
    if (number == kBp) return stack(is_push ? Effect::push_bp : Effect::pop_bp);
    return stack(is_push ? Effect::push : Effect::pop);
  }

  bool arithmetic() {
    switch (it_.group) {
      case 0:
        return effect(Effect::add_sp, it_.immediate);
      case 4:
        return it_.immediate < 0 && effect(Effect::align_sp);
      case 5:
        return it_.immediate != INT32_MIN && effect(Effect::add_sp, -it_.immediate);
      default:
        return false;
    }
  }

  [[nodiscard]] bool is_on_stack() const {
    return it_.is_memory() && !it_.has_index && (it_.base == kSp || it_.base == kBp);
  }

  bool move() {
    const bool loads = it_.opcode == 0x8b;
    if (it_.mod != 3) {
      if (!is_on_stack() || !is_whole(it_.reg, kBp)) return false;
      told_.by_bp = it_.base == kBp;
      told_.size = 8;
      return effect(loads ? Effect::load_bp : Effect::store_bp, it_.displacement);
    }
    const uint8_t to = loads ? it_.reg : it_.rm;
    const uint8_t from = loads ? it_.rm : it_.reg;
    if (is_whole(to, kSp) && from == kBp) return effect(Effect::sp_from_bp);
    if (is_whole(to, kBp) && from == kSp) return effect(Effect::bp_from_sp);
    return false;
  }

  bool address() {
    if (it_.is_pc_relative && it_.is_wide()) {
      told_.takes_address = true;
      told_.number = it_.reg;
      told_.target = it_.displacement;
    }
    if (!is_on_stack()) return false;
    if (is_whole(it_.reg, kSp) && it_.base == kSp) return effect(Effect::add_sp, it_.displacement);
    if (is_whole(it_.reg, kSp)) return effect(Effect::sp_from_bp, it_.displacement);
    if (is_whole(it_.reg, kBp) && it_.base == kSp) return effect(Effect::bp_from_sp, it_.displacement);
    return false;
  }

  void lose(uint8_t number, bool is_byte) {
    // Without REX these are %ah to %bh.
    if (is_byte && !it_.has_rex && number >= 4) return;
    if (number == kSp) told_.loses_sp = true;
    if (number == kBp) told_.loses_bp = true;
  }

  void writes() {
    const char write = write_of(it_);
    const bool is_byte = write >= 'A' && write <= 'Z';
    switch (is_byte ? static_cast<char>(write - 'A' + 'a') : write) {
      case 'o':
        lose(static_cast<uint8_t>((it_.opcode & 7U) | ((it_.rex & X86Encoding::b) != 0 ? 8U : 0U)), is_byte);
        break;
      case 'r':
        lose(it_.reg, is_byte);
        break;
      case 'x':
        lose(it_.reg, is_byte);
        [[fallthrough]];
      case 'm':
        to_memory_or(is_byte);
        break;
      default:
        break;
    }
    // Some of BMI's and TBM's have their destination there.
    const bool is_bmi = it_.form == Form::vex && it_.map == Map::map_0f38 && it_.opcode >= 0xf0;
    if (is_bmi || (it_.map == Map::xop_9 && is_of_bits(it_))) {
      lose(it_.second, false);
      lose(it_.rm, false);
    }
  }

  void to_memory_or(bool is_byte) {
    if (!it_.is_memory()) return lose(it_.rm, is_byte);
    if (!is_on_stack()) return;
    told_.by_bp = it_.base == kBp;
    told_.size = is_byte ? 1 : it_.is_wide() ? 8 : it_.is_16_bit ? 2 : 4;
    effect(Effect::store, it_.displacement);
  }

  const X86Encoding& it_;
  X86Instruction told_;
};

}  // namespace

X86Instruction x86_instruction(const uint8_t* at, const uint8_t* end) {
  const X86Encoding encoding = x86_encoding(at, end);
  return Meaning(encoding).run();
}

}  // namespace ajar::unwind
