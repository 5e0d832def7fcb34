#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ajar::objfile {

// UTF-8 of little-endian UTF-16, as Windows writes its names; what is no character (half of a surrogate pair)
// becomes U+FFFD, and so does an odd byte at the end.
std::string utf8_of_utf16(std::span<const std::byte> bytes);

// The other way round. What is no UTF-8 becomes U+FFFD, a byte each.
std::u16string utf16_of_utf8(std::string_view text);

}  // namespace ajar::objfile
