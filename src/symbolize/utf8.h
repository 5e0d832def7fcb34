#pragma once

#include <cstdint>
#include <string>

namespace ajar::symbolize {

// False, and nothing done, for what is no character: surrogates, and numbers beyond the last.
bool append_utf8(std::uint32_t character, std::string& out);

}  // namespace ajar::symbolize
