#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace ajar::objfile {

// UTF-8 of little-endian UTF-16, as Windows writes its names; what is no character (half of a surrogate pair)
// becomes U+FFFD, and so does an odd byte at the end.
std::string utf8_of_utf16(std::span<const std::byte> bytes);

}  // namespace ajar::objfile
