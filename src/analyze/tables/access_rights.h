#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ajar::analyze {

// The rights in an access mask, a line for those that every type has and one for the type's own: "Delete,
// ReadControl", "QueryState,ModifyState". "None" where there is none; of a type that is not known, and of
// bits that have no name, nothing is said.
std::vector<std::string> access_lines(std::string_view type, std::uint64_t mask);

}  // namespace ajar::analyze
