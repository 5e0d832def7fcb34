#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "names/frames.h"

namespace ajar::names {

// Which names llvm-symbolizer gives. The linker's one of the outermost function is from the symbol table, of
// all others from the debug information, where it is the short one if there is no other.
enum class LlvmNames { linkage, brief };

// The Debian package that has it.
inline constexpr const char* kLlvmSymbolizer = "llvm-symbolizer-19";

// A chain for each address, as llvm-symbolizer has it.
base::Result<std::vector<Chain>> ask_llvm(const std::string& path, std::span<const std::uint64_t> addresses,
                                          LlvmNames names);

}  // namespace ajar::names
