#pragma once

#include <cstdint>
#include <optional>

#include "objfile/dwarf/sections.h"
#include "objfile/dwarf/unit.h"

namespace ajar::objfile::dwarf {

// Where the unit of this id is in a package's sections, by .debug_cu_index: the standard, 7.3.5.3, and for
// version 4 GCC's wiki page DebugFissionDWP. nullopt where the package has none.
std::optional<Contribution> find_in_package(const Sections& package, std::uint64_t id);

}  // namespace ajar::objfile::dwarf
