#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ajar::render {

struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0;  // in bytes; 0: not UTF-8
};

// The first character of a text that is not empty, as RFC 3629 has it: no overlong forms, no surrogates,
// nothing above U+10FFFF.
Decoded decode(std::string_view text);

// Whether the byte goes on with a character that another one began.
bool is_continuation(char c);

}  // namespace ajar::render
