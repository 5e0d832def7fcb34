#include "unwind/x86_encoding.h"

#include "unwind/cfi_reader.h"

namespace ajar::unwind {
namespace {

using Map = X86Encoding::Map;
using Form = X86Encoding::Form;

constexpr unsigned kLongest = 15;

// What comes behind an opcode:
//   -  nothing                       M  ModRM
//   b  8 bits, w 16, z 32 (or 16)    B, Z  ModRM, and those
//   v  as wide as the operand        T  ModRM, and an immediate where group says test
//   j  a jump's 8 bits, J its 32     o  an address, e  16 bits and 8
//   .  no instruction (or a prefix, which is read before)
constexpr char kOneByte[] =
    "MMMMbz..MMMMbz.."
    "MMMMbz..MMMMbz.."
    "MMMMbz..MMMMbz.."
    "MMMMbz..MMMMbz.."
    "................"
    "----------------"
    "...M....zZbB----"
    "jjjjjjjjjjjjjjjj"
    "BZ.BMMMMMMMMMMMM"
    "----------.-----"
    "oooo----bz------"
    "bbbbbbbbvvvvvvvv"
    "BBw-..BZe-w--b.-"
    "MMMM...-MMMMMMMM"
    "jjjjbbbbJJ.j----"
    ".-..--TT------MM";

constexpr char kMap0f[] =
    "MMMM.-----.-.M-B"
    "MMMMMMMMMMMMMMMM"
    "MMMM....MMMMMMMM"
    "------.-........"
    "MMMMMMMMMMMMMMMM"
    "MMMMMMMMMMMMMMMM"
    "MMMMMMMMMMMMMMMM"
    "BBBBMMM-MM..MMMM"
    "JJJJJJJJJJJJJJJJ"
    "MMMMMMMMMMMMMMMM"
    "---MBMMM---MBMMM"
    "MMMMMMMMMMBMMMMM"
    "MMBMBBBM--------"
    "MMMMMMMMMMMMMMMM"
    "MMMMMMMMMMMMMMMM"
    "MMMMMMMMMMMMMMMM";

// VEX's and EVEX's only differ in having no jumps, and ModRM nearly everywhere.
char shape_of(const X86Encoding& it) {
  switch (it.map) {
    case Map::one_byte:
      return kOneByte[it.opcode];
    case Map::map_0f:
      break;
    case Map::map_0f3a:
    case Map::xop_8:
      return 'B';
    case Map::xop_a:
      return 'Z';
    default:
      return 'M';
  }
  if (it.form == Form::legacy) return kMap0f[it.opcode];
  if (it.opcode == 0x77) return it.form == Form::vex ? '-' : '.';
  return kMap0f[it.opcode] == 'B' && it.opcode >= 0x70 && it.opcode != 0xa4 && it.opcode != 0xac &&
                 it.opcode != 0xba
             ? 'B'
             : 'M';
}

class Parser {
 public:
  Parser(const uint8_t* at, const uint8_t* end)
      : begin_(at), in_(at, static_cast<uint64_t>(end - at) > kLongest ? at + kLongest : end) {}

  X86Encoding run() {
    if (!prefixes() || !opcode() || !operands() || !in_.ok()) return {};
    it_.length = static_cast<uint8_t>(in_.at() - begin_);
    return it_;
  }

 private:
  // The last byte that was read is the opcode's first one, or says which map it is of.
  bool prefixes() {
    for (;;) {
      first_ = in_.fixed<uint8_t>();
      if (!in_.ok()) return false;
      switch (first_) {
        case 0x26:
        case 0x2e:
        case 0x36:
        case 0x3e:
        case 0x64:
        case 0x65:
          break;
        case 0x66:
          it_.is_16_bit = true;
          break;
        case 0x67:
          has_short_address_ = true;
          break;
        case 0xf0:
          has_lock_ = true;
          break;
        case 0xf2:
          it_.is_repeated_ne = true;
          break;
        case 0xf3:
          it_.is_repeated = true;
          break;
        default:
          if ((first_ & 0xf0U) != 0x40) return true;
          // Counts only directly before the opcode.
          it_.rex = first_ & 0xfU;
          it_.has_rex = true;
          continue;
      }
      it_.rex = 0;
      it_.has_rex = false;
    }
  }

  bool opcode() {
    // pop's other operand would be a register that says which kind of pop it is.
    const bool is_xop = first_ == 0x8f && in_.at() != in_.end() && (*in_.at() & 0x1fU) >= 8;
    if (first_ == 0xc4 || first_ == 0xc5 || first_ == 0x62 || is_xop) {
      if (it_.has_rex || it_.is_16_bit || it_.is_repeated || it_.is_repeated_ne || has_lock_) return false;
      return first_ == 0x62 ? evex() : is_xop ? xop() : vex();
    }
    it_.opcode = first_;
    if (first_ != 0x0f) return true;
    it_.map = Map::map_0f;
    it_.opcode = in_.fixed<uint8_t>();
    if (it_.opcode != 0x38 && it_.opcode != 0x3a) return true;
    it_.map = it_.opcode == 0x38 ? Map::map_0f38 : Map::map_0f3a;
    it_.opcode = in_.fixed<uint8_t>();
    return true;
  }

  bool vex() {
    it_.form = Form::vex;
    it_.has_rex = true;
    uint8_t byte = in_.fixed<uint8_t>();
    it_.rex = (byte & 0x80U) == 0 ? X86Encoding::r : 0;
    uint8_t map = 1;
    if (first_ == 0xc4) {
      it_.rex = static_cast<uint8_t>((byte ^ 0xffU) >> 5U);
      map = byte & 0x1fU;
      byte = in_.fixed<uint8_t>();
      if ((byte & 0x80U) != 0) it_.rex |= X86Encoding::w;
    }
    vector_bits(byte);
    it_.opcode = in_.fixed<uint8_t>();
    return map <= 3 && set_map(map);
  }

  bool xop() {
    it_.form = Form::xop;
    it_.has_rex = true;
    const auto first = in_.fixed<uint8_t>();
    const auto second = in_.fixed<uint8_t>();
    it_.rex = static_cast<uint8_t>((first ^ 0xffU) >> 5U);
    if ((second & 0x80U) != 0) it_.rex |= X86Encoding::w;
    vector_bits(second);
    it_.opcode = in_.fixed<uint8_t>();
    constexpr Map kMaps[] = {Map::xop_8, Map::xop_9, Map::xop_a};
    const unsigned map = (first & 0x1fU) - 8;
    if (map < 3) it_.map = kMaps[map];
    return map < 3;
  }

  bool evex() {
    it_.form = Form::evex;
    it_.has_rex = true;
    const auto first = in_.fixed<uint8_t>();
    const auto second = in_.fixed<uint8_t>();
    in_.skip(1);
    if ((first & 8U) != 0 || (second & 4U) == 0) return false;
    it_.rex = static_cast<uint8_t>((first ^ 0xffU) >> 5U);
    if ((second & 0x80U) != 0) it_.rex |= X86Encoding::w;
    vector_bits(second);
    it_.opcode = in_.fixed<uint8_t>();
    return set_map(first & 7U);
  }

  void vector_bits(uint8_t byte) {
    it_.second = static_cast<uint8_t>((byte ^ 0xffU) >> 3U & 0xfU);
    it_.is_16_bit = (byte & 3U) == 1;
    it_.is_repeated = (byte & 3U) == 2;
    it_.is_repeated_ne = (byte & 3U) == 3;
  }

  bool set_map(uint8_t number) {
    constexpr Map kMaps[] = {Map::one_byte, Map::map_0f, Map::map_0f38, Map::map_0f3a,
                             Map::one_byte, Map::map_5,  Map::map_6,    Map::one_byte};
    it_.map = kMaps[number];
    return it_.map != Map::one_byte;
  }

  bool operands() {
    const char shape = shape_of(it_);
    switch (shape) {
      case '.':
        return false;
      case '-':
        return true;
      case 'M':
      case 'B':
      case 'Z':
      case 'T':
        modrm();
        break;
      default:
        break;
    }
    // Whether these have 16 bits or 32 then, processors disagree.
    if (shape == 'J' && it_.is_16_bit && !it_.is_wide()) return false;
    immediate(shape);
    return true;
  }

  void modrm() {
    const auto byte = in_.fixed<uint8_t>();
    it_.has_modrm = true;
    it_.mod = byte >> 6U;
    it_.group = byte >> 3U & 7U;
    it_.reg = static_cast<uint8_t>(it_.group | ((it_.rex & X86Encoding::r) != 0 ? 8U : 0U));
    it_.rm = static_cast<uint8_t>((byte & 7U) | ((it_.rex & X86Encoding::b) != 0 ? 8U : 0U));
    // Control and debug registers have no other form.
    if (it_.map == Map::map_0f && it_.form == Form::legacy && it_.opcode >= 0x20 && it_.opcode <= 0x23)
      it_.mod = 3;
    if (it_.mod == 3) return;
    it_.base = it_.rm;
    if ((byte & 7U) == 4) sib();
    const bool has_no_base = it_.mod == 0 && (it_.base & 7U) == 5;
    if (has_no_base) {
      it_.is_pc_relative = (byte & 7U) == 5;
      it_.base = X86Encoding::kNone;
    }
    if (it_.mod == 1) it_.displacement = signed_byte();
    if (it_.mod == 2 || has_no_base) it_.displacement = in_.fixed<int32_t>();
    // Another register than the whole one.
    if (has_short_address_) it_.base = X86Encoding::kNone;
  }

  int32_t signed_byte() { return static_cast<int32_t>(in_.fixed<uint8_t>() ^ 0x80U) - 0x80; }

  void sib() {
    const auto byte = in_.fixed<uint8_t>();
    it_.base = static_cast<uint8_t>((byte & 7U) | ((it_.rex & X86Encoding::b) != 0 ? 8U : 0U));
    it_.has_index = (byte >> 3U & 7U) != 4 || (it_.rex & X86Encoding::x) != 0;
  }

  void immediate(char shape) {
    const bool is_short = it_.is_16_bit && !it_.is_wide();
    switch (shape) {
      case 'b':
      case 'B':
      case 'j':
        it_.immediate = signed_byte();
        break;
      case 'w':
        it_.immediate = in_.fixed<uint16_t>();
        break;
      case 'z':
      case 'Z':
        it_.immediate = is_short ? in_.fixed<int16_t>() : in_.fixed<int32_t>();
        break;
      case 'J':
        it_.immediate = in_.fixed<int32_t>();
        break;
      case 'v':
        it_.immediate = it_.is_wide() ? in_.fixed<int64_t>() : 0;
        if (!it_.is_wide()) immediate('z');
        break;
      case 'o':
        in_.skip(has_short_address_ ? 4 : 8);
        break;
      case 'e':
        in_.skip(3);
        break;
      case 'T':
        if (it_.group < 2) immediate((it_.opcode & 1U) != 0 ? 'z' : 'b');
        break;
      default:
        // SSE4a's extrq and insertq.
        if (it_.map == Map::map_0f && it_.form == Form::legacy && it_.opcode == 0x78 &&
            (it_.is_16_bit || it_.is_repeated_ne))
          in_.skip(2);
        break;
    }
  }

  const uint8_t* begin_;
  CfiReader in_;
  X86Encoding it_;
  uint8_t first_ = 0;
  bool has_short_address_ = false;
  bool has_lock_ = false;
};

}  // namespace

X86Encoding x86_encoding(const uint8_t* at, const uint8_t* end) {
  return Parser(at, end).run();
}

}  // namespace ajar::unwind
