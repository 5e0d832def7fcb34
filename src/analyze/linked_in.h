#pragma once

#include <string_view>

namespace ajar::analyze {

// Whether programs call the C library by this name to open or close something. In a program that has the C
// library linked into itself, what is called so is the library's.
bool is_entry_of_library(std::string_view function);

// Of these: whether it may call code of the program's own. What that does is not the library's doing.
bool calls_the_program(std::string_view function);

// Whether the name is one that C keeps for the library itself ("_IO_file_open", "__fopen_internal").
bool is_reserved_name(std::string_view function);

// Whether a module is a C library, as programs that share one have it.
bool is_c_library(std::string_view path);

}  // namespace ajar::analyze
