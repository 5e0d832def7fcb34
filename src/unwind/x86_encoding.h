#pragma once

#include <stdint.h>

namespace ajar::unwind {

// The parts of an x86-64 instruction in 64-bit mode (Intel's Software Developer's Manual, volume 2, chapter 2
// and appendix A): enough to tell its length and which general registers it writes.
struct X86Encoding {
  enum class Map : uint8_t { one_byte, map_0f, map_0f38, map_0f3a, map_5, map_6, xop_8, xop_9, xop_a };
  enum class Form : uint8_t { legacy, vex, evex, xop };
  enum Rex : uint8_t { b = 1, x = 2, r = 4, w = 8 };

  uint8_t length = 0;  // 0: no instruction, none that is known, or not all of it was there
  Map map = Map::one_byte;
  Form form = Form::legacy;
  uint8_t opcode = 0;
  uint8_t rex = 0;  // VEX and its like say the same in other bits
  bool has_rex = false;
  bool is_16_bit = false;       // 0x66
  bool is_repeated = false;     // 0xf3
  bool is_repeated_ne = false;  // 0xf2
  bool has_modrm = false;
  uint8_t mod = 0;
  uint8_t reg = 0;     // extended; of a group: `group` says which
  uint8_t rm = 0;      // a register (extended) where mod is 3
  uint8_t group = 0;   // reg without extension
  uint8_t second = 0;  // VEX's vvvv
  uint8_t base = 0;    // of a memory operand: a register, or kNone
  bool has_index = false;
  bool is_pc_relative = false;
  int32_t displacement = 0;
  int64_t immediate = 0;  // or what a jump adds

  static constexpr uint8_t kNone = 0xff;
  static constexpr uint8_t kSp = 4, kBp = 5;

  [[nodiscard]] bool is_memory() const { return has_modrm && mod != 3; }
  [[nodiscard]] bool is_wide() const { return (rex & w) != 0; }
};

// Reads only within [at, end). The one-byte map, 0f, 0f 38 and 0f 3a; VEX; AMD's XOP; EVEX of AVX-512, not
// APX's.
X86Encoding x86_encoding(const uint8_t* at, const uint8_t* end);

}  // namespace ajar::unwind
