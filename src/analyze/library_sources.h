#pragma once

#include <string_view>

namespace ajar::analyze {

// Whether a source file belongs to a language's own library or to the system's headers, by where it lies:
// what is inlined from there, or instantiated, stands in the program's modules, but is not the program's
// doing. glibc's fortified open() is such: it comes from a header into every program.
bool is_library_source(std::string_view file);

}  // namespace ajar::analyze
