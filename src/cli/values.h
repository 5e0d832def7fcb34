#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ajar::cli {

// "500ms", "10s", "2m", "1h", "1d", or seconds without a unit; a fraction is allowed, a sign is not.
base::Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

// A decimal number from `least` to `most`.
base::Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most);

// The word as a shell has to be given it; in quotes only where it needs them.
std::string for_shell(const std::string& word);

}  // namespace ajar::cli
