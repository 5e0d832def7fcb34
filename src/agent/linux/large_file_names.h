#pragma once

#include <stddef.h>

#include "agent/linux/resolve.h"

namespace ajar::agent {

// Whether `name` is `base` with "64" behind it.
inline bool is_for_large_files(const char* name, const char* base) {
  while (*base != 0 && *name == *base) {
    ++name;
    ++base;
  }
  return *base == 0 && name[0] == '6' && name[1] == '4' && name[2] == 0;
}

// From musl 1.2.4 on its linker knows that open64 is open, and so on, but its symbol table has no such names:
// what was found for `open` does for `open64`, too.
inline void fill_in_large_file_names(RealFunction* functions, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count && functions[i].address == nullptr; ++j) {
      if (is_for_large_files(functions[i].name, functions[j].name))
        functions[i].address = functions[j].address;
    }
  }
}

}  // namespace ajar::agent
