#pragma once

#include <string>
#include <string_view>

namespace ajar::symbolize {

// The name as its programmer wrote it, for names of C++ (Itanium ABI) and of Rust's older scheme; others, and
// those that are too long to be worth it, come back as they are.
std::string demangle(std::string_view name);

}  // namespace ajar::symbolize
