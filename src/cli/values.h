#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ajar::cli {

// A decimal number from `least` to `most`.
base::Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most);

// "64KB", "100MB", "2GB": multiples of 1024. Nothing for anything else.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

// The word as a shell has to be given it; in quotes only where it needs them.
std::string for_shell(const std::string& word);

}  // namespace ajar::cli
