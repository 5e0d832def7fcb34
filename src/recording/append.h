#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/ids.h"
#include "model/symbol.h"

namespace ajar::recording {

// Where more may be appended to a recording that nobody writes any more: the file's end, less a block that
// was not written whole (its writer was killed, or the disk was full), which nothing can be read from and
// behind which nothing could be found. FORMAT.md allows symbols behind the end block.
std::uint64_t end_of_blocks(std::span<const std::byte> bytes);

// Whole blocks of symbols, by Module::identity(). `time`: the recording's end. Appended in one piece or in
// part, they leave what stands before them as it was.
std::vector<std::byte> symbol_blocks(const std::map<std::string, model::ModuleSymbols>& symbols,
                                     model::Time time);

}  // namespace ajar::recording
