#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ajar::cli {

// The one of `known` that was most likely meant by `typed`; empty where none is near.
std::string suggest(std::string_view typed, std::span<const std::string> known);

}  // namespace ajar::cli
