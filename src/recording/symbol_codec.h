#pragma once

#include <span>
#include <string>

#include "model/world.h"
#include "recording/counted_record.h"

namespace ajar::recording {

// Writes the payload of one symbols block: the module's identity and its addresses from `at` on, until the
// payload is full. Gives the first address that did not go into it.
model::ModuleSymbols::const_iterator write_symbols(ByteWriter& out, const std::string& identity,
                                                   model::ModuleSymbols::const_iterator at,
                                                   model::ModuleSymbols::const_iterator end,
                                                   std::size_t full_bytes);

// Lays such a payload over what `world` has: at each address the better chain stays, of equals the later one.
Outcome read_symbols(std::span<const std::byte> payload, model::World& world);

}  // namespace ajar::recording
