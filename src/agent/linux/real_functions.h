#pragma once

#include <stddef.h>
#include <stdint.h>

#include "agent/core/entries.h"
#include "agent/core/state.h"
#include "agent/linux/error_number.h"
#include "agent/linux/resolve.h"

// What the hooks stand in front of.
namespace ajar::agent {

// Hooks beside those of the catalog's table, in real_functions after its rows: AJAR_OTHER(row, name).
#define AJAR_OTHER_FUNCTIONS(AJAR_OTHER) \
  AJAR_OTHER(exit_now, _exit)            \
  AJAR_OTHER(exit_now_c99, _Exit)        \
  AJAR_OTHER(quick_exit, quick_exit)     \
  AJAR_OTHER(dlclose, dlclose)           \
  AJAR_OTHER(fork, fork)                 \
  AJAR_OTHER(fork_alias, __fork)         \
  AJAR_OTHER(bare_fork, _Fork)           \
  AJAR_OTHER(execve, execve)             \
  AJAR_OTHER(execvpe, execvpe)           \
  AJAR_OTHER(fexecve, fexecve)           \
  AJAR_OTHER(execveat, execveat)         \
  AJAR_OTHER(posix_spawn, posix_spawn)   \
  AJAR_OTHER(posix_spawnp, posix_spawnp) \
  AJAR_OTHER(system, system)             \
  AJAR_OTHER(prctl, prctl)               \
  AJAR_OTHER(one_thread, __libc_single_threaded)

enum class Other : uint32_t {
  before_first = kEntryCount - 1,
#define AJAR_OTHER(row, name) row,
  AJAR_OTHER_FUNCTIONS(AJAR_OTHER)
#undef AJAR_OTHER
      end
};

inline constexpr size_t kRealFunctions = static_cast<size_t>(Other::end);
extern RealFunction real_functions[kRealFunctions];

// nullptr where the C library has no such function (then the program could not have been linked to it, but
// may have asked dlsym).
template <typename Function>
Function real(uint32_t row) {
  const bool missing = real_functions[row].address == nullptr;
  if (__builtin_expect(missing && !state.linker_may_be_locked, 0)) resolve(real_functions, kRealFunctions);
  return reinterpret_cast<Function>(real_functions[row].address);
}

template <typename Function>
Function real(Other which) {
  return real<Function>(static_cast<uint32_t>(which));
}

// Whether the process has surely one thread only: a variable of glibc 2.32 says so.
inline bool has_one_thread() {
  const auto* variable = real<const char*>(Other::one_thread);
  return variable != nullptr && *variable != 0;
}

// Whether fork() leaves the dynamic linker whole in the child, whatever the parent's other threads were at:
// musl's does from 1.2.2 on, which is the first to have _Fork, for those who do without.
inline bool fork_keeps_linker_whole() {
  return real<const char*>(Other::one_thread) == nullptr && real<const char*>(Other::bare_fork) != nullptr;
}

inline void fail(int& result) {
  result = -1;
}
inline void fail(int64_t& result) {
  result = -1;
}
inline void fail(char*& result) {
  result = nullptr;
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
