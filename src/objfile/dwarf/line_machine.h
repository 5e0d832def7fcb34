#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ajar::objfile::dwarf {

// A line of source text, the file by its number.
struct Line {
  std::uint64_t file = 0;
  std::uint32_t line = 0;  // 0 where the compiler made the code for no line in particular
};

// The instructions of a line number program, and what their meaning depends on. That one instruction may hold
// several operations (VLIW) is left aside: the machines that ajar knows have no such.
struct LineInstructions {
  // What a special opcode, or the constant one, adds.
  struct Step {
    std::uint16_t address = 0;  // bytes
    std::int16_t line = 0;
  };

  std::span<const std::byte> bytes;
  std::uint8_t shortest = 1;                    // bytes that an instruction of the machine takes at least
  std::uint8_t first_special = 1;               // opcodes from here on are special
  std::span<const std::byte> operand_counts{};  // of the opcodes below
  std::array<Step, 256> steps{};                // by opcode
};

// Runs them, and tells the line of each address that the table covers; the others stay as they are.
// `addresses` are ascending, `lines` as many. Ends at what makes no sense.
void run_line_program(const LineInstructions& instructions, std::span<const std::uint64_t> addresses,
                      std::span<std::optional<Line>> lines);

}  // namespace ajar::objfile::dwarf
