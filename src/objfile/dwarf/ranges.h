#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "objfile/dwarf/unit.h"
#include "objfile/dwarf/value.h"
#include "objfile/dwarf/work.h"

namespace ajar::objfile::dwarf {

// Addresses of code, the end excluded.
struct CodeRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  bool operator==(const CodeRange&) const = default;
};

// Where an entry says that its code is: DW_AT_low_pc and DW_AT_high_pc, or DW_AT_ranges.
struct CodeAttributes {
  std::optional<Value> low_pc, high_pc, ranges;
};

// Puts the ranges in place of what `out` holds, without those that are empty or that belong to code the
// linker threw away (at address 0, or at the end of the address space).
void read_ranges(const Unit& unit, const CodeAttributes& code, Work& work, std::vector<CodeRange>& out);

}  // namespace ajar::objfile::dwarf
