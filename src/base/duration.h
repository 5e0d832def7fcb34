#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace ajar::base {

// "500ms", "10s", "2m", "1h", "1d", or seconds without a unit; a fraction is allowed, a sign is not.
Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace ajar::base
