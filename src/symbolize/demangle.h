#pragma once

#include <string>
#include <string_view>

namespace ajar::symbolize {

// The name as its programmer wrote it, for names of C++ (Itanium ABI), of both of Rust's schemes, and of Go;
// without what compilers add for parts and copies of functions ("foo.cold", "foo.part.0"). Others, among them
// those of Microsoft's compiler ("?foo@@YAXXZ"), and those that are too long to be worth it, come back as
// they are. Any bytes will do: time and memory are bounded.
std::string demangle(std::string_view name);

}  // namespace ajar::symbolize
