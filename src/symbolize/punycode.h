#pragma once

#include <string>
#include <string_view>

namespace ajar::symbolize {

// Appends the text that punycode (RFC 3492) spells with these ASCII letters and, behind the delimiter that is
// not given here, these digits. False where that is no text; `out` then holds anything. Takes time with the
// square of the length, which the caller bounds.
bool append_punycode(std::string_view ascii, std::string_view digits, std::string& out);

}  // namespace ajar::symbolize
