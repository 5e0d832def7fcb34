#pragma once

#include <string_view>

namespace ajar::report {

// A demangled name without its return type and parameters: "std::thread::join" for "void
// std::thread::join()".
std::string_view qualified_name(std::string_view demangled);

// Whether the function is the C++ library's own: of namespace std or __gnu_cxx, wherever it was instantiated.
bool is_standard_library(std::string_view demangled);

}  // namespace ajar::report
