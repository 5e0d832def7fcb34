#pragma once

#include <stddef.h>
#include <stdint.h>

#include "agent/core/entries.h"
#include "agent/linux/error_number.h"
#include "agent/linux/resolve.h"

// What the hooks stand in front of.
namespace ajar::agent {

// Hooks beside those of the catalog's table, in real_functions after its rows.
enum class Other : uint32_t { fork = kEntryCount, exit_now, exit_now_c99, quick_exit, dlclose, end };

inline constexpr size_t kRealFunctions = static_cast<size_t>(Other::end);
extern RealFunction real_functions[kRealFunctions];

// nullptr where the C library has no such function (then the program could not have been linked to it, but
// may have asked dlsym).
template <typename Function>
Function real(uint32_t row) {
  if (__builtin_expect(real_functions[row].address == nullptr, 0)) resolve(real_functions, kRealFunctions);
  return reinterpret_cast<Function>(real_functions[row].address);
}

inline void fail(int& result) {
  result = -1;
}
inline void fail(int64_t& result) {
  result = -1;
}
inline void fail(void*& result) {
  result = nullptr;
}

template <typename Result>
Result not_there() {
  error_number() = kNoSystemCall;
  Result result;
  fail(result);
  return result;
}
template <>
inline void not_there<void>() {
  error_number() = kNoSystemCall;
}

}  // namespace ajar::agent
