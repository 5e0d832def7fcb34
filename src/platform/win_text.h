#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

// What the Windows sources share: ajar's texts are UTF-8, the system's are UTF-16.
namespace ajar::platform::win {

std::wstring widen(std::string_view text);
std::string narrow(std::wstring_view text);

// `what: …` for GetLastError(), in the words that Linux has for it where it has any.
base::Error last_error(std::string_view what);

}  // namespace ajar::platform::win
