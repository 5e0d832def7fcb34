#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "objfile/dwarf/units.h"
#include "objfile/dwarf/work.h"

namespace ajar::objfile::dwarf {

constexpr std::uint64_t kNoUnit = ~std::uint64_t{0};

// The beginning of the unit that each address belongs to, or kNoUnit. `addresses` are ascending. From
// .debug_aranges where the file has that, from the units' own ranges for what it leaves out.
std::vector<std::uint64_t> find_units(Units& units, std::span<const std::uint64_t> addresses, Work& work);

}  // namespace ajar::objfile::dwarf
