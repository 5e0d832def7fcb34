#pragma once

// The rows of linux_calls.def and linux_entries.def as constants, for code that looks them up at run time.
namespace ajar::catalog {

struct Call {
  int number;
  const char* name;
  const char* type;
};

inline constexpr Call kLinuxCalls[] = {
#define AJAR_CALL(number, name, effect, argument, type, asked) {number, #name, type},
#include "catalog/linux_calls.def"
#undef AJAR_CALL
};

struct EntryPoint {
  const char* name;
  const char* call;
};

// Row N of the table is entry point N + 1.
inline constexpr EntryPoint kLinuxEntries[] = {
#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) {#name, #call},
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY
};

}  // namespace ajar::catalog
