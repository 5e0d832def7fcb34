#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "model/symbol.h"

namespace ajar::platform {

// What llvm-symbolizer said with --output-style=JSON when it was asked for these addresses: a line for each
// (LLVM's documentation, "llvm-symbolizer": JSON). Nothing of it is trusted: where the lines are not the
// answer to that, there is an error. An error as well where it answers each address with one.
base::Result<model::ModuleSymbols> read_llvm_symbolizer(std::string_view output,
                                                        std::span<const std::uint64_t> addresses);

}  // namespace ajar::platform
