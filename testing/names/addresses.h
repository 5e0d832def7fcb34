#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "names/program_file.h"

namespace ajar::names {

// Addresses to ask about, ascending and without repetition, at most `most` of them and the same in every run:
// a third of them about where functions begin and end, a third spread evenly over all code, a third at random
// in it.
std::vector<std::uint64_t> choose_addresses(const ProgramFile& file, std::size_t most);

}  // namespace ajar::names
