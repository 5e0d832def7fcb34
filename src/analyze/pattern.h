#pragma once

#include <string_view>

namespace ajar::analyze {

// '*' stands for any text (slashes too), '?' for any one byte, everything else for itself.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace ajar::analyze
