#pragma once

#include <string_view>

namespace ajar::report {

// A demangled name without its return type, parameters and the tag of an ABI: "std::thread::join" for "void
// std::thread::join()". Names of other languages than C++ come out whole.
std::string_view qualified_name(std::string_view demangled);

// Whether the function is the C++ library's own, of namespace std or __gnu_cxx, wherever it was instantiated;
// or the Rust library's.
bool is_standard_library(std::string_view demangled);

}  // namespace ajar::report
