#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "objfile/dwarf/unit.h"
#include "objfile/dwarf/work.h"

namespace ajar::objfile::dwarf {

// A function, or an inlined copy of one, whose code an address is in.
struct Scope {
  std::uint64_t entry = 0;  // in .debug_info of the unit's file
  std::uint64_t begin = 0;  // of the range that holds the address
  bool inlined = false;
  std::uint64_t call_file = 0;  // where the inlined call stands in the source
  std::uint32_t call_line = 0;
};

// From the outermost to the innermost; empty for code outside functions.
using Scopes = std::vector<Scope>;

// Walks through the unit once and tells the scopes of each of its addresses. `addresses` are ascending,
// `scopes` as many, empty. False where the unit made no sense from some entry on, or is too much work.
bool find_scopes(const Unit& unit, std::span<const std::uint64_t> addresses, std::span<Scopes> scopes,
                 Work& work);

}  // namespace ajar::objfile::dwarf
