#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ajar::conformance {

// A way in is that of `ajar run --via WAY`, or with this before it of `ajar attach --via WAY`.
inline constexpr std::string_view kAttach = "attach_";

// The ways in that work here.
std::vector<std::string> usable_ways();

// The ways to watch that work, as `ajar check` prints them.
std::vector<std::string> ways_that_work(std::string_view printed);

}  // namespace ajar::conformance
