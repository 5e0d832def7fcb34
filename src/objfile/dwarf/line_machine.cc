#include "objfile/dwarf/line_machine.h"

#include <algorithm>
#include <limits>

#include "base/byte_reader.h"
#include "objfile/dwarf/value.h"

namespace ajar::objfile::dwarf {
namespace {

// DW_LNS_… and DW_LNE_… of the standard, 7.22.
enum class Standard : std::uint8_t {
  extended = 0,
  copy = 1,
  advance_pc = 2,
  advance_line = 3,
  set_file = 4,
  const_add_pc = 8,
  fixed_advance_pc = 9,
};
enum class Extended : std::uint8_t { end_sequence = 1, set_address = 2 };

// The state machine of the standard, 6.2.2, as far as addresses and lines go.
class Machine {
 public:
  Machine(const LineInstructions& program, std::span<const std::uint64_t> addresses,
          std::span<std::optional<Line>> lines)
      : program_(program), in_(program.bytes), addresses_(addresses), lines_(lines) {}

  void run() {
    while (in_.remaining() > 0) {
      const auto opcode = in_.read<std::uint8_t>();
      if (opcode < program_.first_special) {
        run_standard(opcode);
        continue;
      }
      const LineInstructions::Step step = program_.steps[opcode];
      address_ += step.address;
      move_line(step.line);
      emit();
    }
  }

 private:
  void run_standard(std::uint8_t opcode) {
    switch (Standard{opcode}) {
      case Standard::extended:
        return run_extended();
      case Standard::copy:
        return emit();
      case Standard::advance_pc:
        address_ += in_.read_varint() * program_.shortest;
        return;
      case Standard::advance_line:
        return move_line(in_.read_signed_varint());
      case Standard::set_file:
        row_.file = in_.read_varint();
        return;
      case Standard::const_add_pc:
        address_ += program_.steps.back().address;
        return;
      case Standard::fixed_advance_pc:
        address_ += in_.read<std::uint16_t>();
        return;
    }
    const auto operands = std::to_integer<unsigned>(program_.operand_counts[opcode - 1U]);
    for (unsigned i = 0; i < operands; ++i) in_.read_varint();
  }

  void run_extended() {
    base::ByteReader operation(in_.bytes(in_.read_varint()));
    if (operation.remaining() == 0) return;
    switch (Extended{operation.read<std::uint8_t>()}) {
      case Extended::end_sequence:
        end_sequence();
        break;
      case Extended::set_address: {
        const auto size =
            static_cast<std::uint8_t>(std::min<std::size_t>(operation.remaining(), sizeof(address_)));
        address_ = read_sized(operation, size);
        break;
      }
    }
  }

  // Wraps around, as the sums of a damaged file may.
  void move_line(std::int64_t by) { row_.line += static_cast<std::uint32_t>(by); }

  // A row of the line table: the one before holds up to it.
  void emit() {
    close();
    is_open_ = true;
    opened_at_ = address_;
    opened_ = row_;
  }

  void end_sequence() {
    close();
    is_open_ = false;
    address_ = 0;
    row_ = kFirstRow;
  }

  // Code that the linker threw away is at 0 or at the end of the address space.
  void close() {
    if (!is_open_ || address_ <= opened_at_ || opened_at_ == 0) return;
    if (addresses_.empty() || address_ <= addresses_.front() || opened_at_ > addresses_.back()) return;
    for (std::size_t i = first_from(opened_at_); i < addresses_.size() && addresses_[i] < address_; ++i) {
      if (!lines_[i].has_value()) lines_[i] = opened_;
    }
  }

  // The index of the first address that is not below. Most often it is the one of the last time.
  std::size_t first_from(std::uint64_t begin) {
    const bool is_too_far = first_ > 0 && addresses_[first_ - 1] >= begin;
    const bool is_before = first_ < addresses_.size() && addresses_[first_] < begin;
    if (is_too_far || is_before)
      first_ = static_cast<std::size_t>(std::ranges::lower_bound(addresses_, begin) - addresses_.begin());
    return first_;
  }

  static constexpr Line kFirstRow{.file = 1, .line = 1};

  const LineInstructions& program_;
  base::ByteReader in_;
  std::span<const std::uint64_t> addresses_;
  std::span<std::optional<Line>> lines_;
  std::size_t first_ = 0;  // what first_from() said last
  std::uint64_t address_ = 0;
  Line row_ = kFirstRow;
  bool is_open_ = false;
  std::uint64_t opened_at_ = 0;
  Line opened_;
};

}  // namespace

void run_line_program(const LineInstructions& instructions, std::span<const std::uint64_t> addresses,
                      std::span<std::optional<Line>> lines) {
  Machine(instructions, addresses, lines).run();
}

}  // namespace ajar::objfile::dwarf
