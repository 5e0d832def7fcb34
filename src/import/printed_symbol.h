#pragma once

#include <cstdint>
#include <string>

#include "model/symbol.h"

namespace ajar::import {

// A frame's name as a text has it: the function, how far behind its start the place is, and the source. One
// that is far before the place is a signpost: tools print the nearest name that they find.
model::Symbol printed_symbol(std::string function, std::uint64_t displacement, std::string file,
                             std::uint32_t line, bool is_signpost = false);

}  // namespace ajar::import
