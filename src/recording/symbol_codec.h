#pragma once

#include <span>
#include <string>

#include "model/world.h"
#include "recording/block_writer.h"
#include "recording/counted_record.h"

namespace ajar::recording {

// Writes a module's symbols, by Module::identity(), as so many blocks as they need. `time`: the blocks'.
base::Result<void> write_symbols(BlockWriter& blocks, const std::string& identity,
                                 const model::ModuleSymbols& symbols, model::Time time);

// Lays the payload of such a block over what `world` has: at each address the better chain stays, of equals
// the later one.
Outcome read_symbols(std::span<const std::byte> payload, model::World& world);

}  // namespace ajar::recording
