#pragma once

#include <cstdint>
#include <string>

namespace ajar::render {

// "fd 4"; of Windows "handle 0x1cc", as debuggers show it.
std::string handle_words(std::uint64_t handle, bool is_windows);

// The number alone: "4", "0x1cc".
std::string handle_number(std::uint64_t handle, bool is_windows);

}  // namespace ajar::render
