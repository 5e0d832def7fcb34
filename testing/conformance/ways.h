#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ajar::conformance {

// The ways in that `ajar check` says work here.
std::vector<std::string> usable_ways();

// From what `ajar check` prints.
std::vector<std::string> ways_that_work(std::string_view printed);

}  // namespace ajar::conformance
