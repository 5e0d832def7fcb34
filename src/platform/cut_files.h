#pragma once

#include <cstddef>
#include <span>

// Only for Linux, where a file that is mapped may be cut short by anybody.
namespace ajar::platform {

// From now on, until forgotten, what is cut off the file behind this mapping reads as zeros instead of
// killing the process (SIGBUS). Any thread. False where too many are watched already: then the mapping is as
// any other.
bool watch_for_cuts(std::span<const std::byte> mapping);
void forget_mapping(std::span<const std::byte> mapping);

}  // namespace ajar::platform
