#pragma once

#include <string>
#include <string_view>

namespace ajar::control {

// All sessions' pipes are called so and by the names of their files.
inline constexpr std::string_view kPipePrefix = "ajar-";

}  // namespace ajar::control
