// The hooks: one function for every row of the catalog's table of entry points, under the entry point's own
// name. A hook calls what it stands in front of and reports what happened; the victim's results and errno are
// what they would be without it.

#include <stdarg.h>
#include <stdint.h>

#include "agent/core/caller.h"
#include "agent/core/cpython.h"
#include "agent/core/modules.h"
#include "agent/core/state.h"
#include "agent/linux/hook.h"
#include "agent/linux/lifecycle.h"
#include "agent/linux/real_functions.h"
#include "agent/linux/shapes.h"
#include "agent/linux/special/by_number.h"
#include "agent/linux/special/descriptors.h"
#include "agent/linux/special/devices.h"
#include "agent/linux/special/keeps.h"
#include "agent/linux/special/messages.h"
#include "agent/linux/special/processes.h"
#include "agent/linux/special/ptys.h"
#include "agent/linux/special/ranges.h"
#include "agent/linux/special/streams.h"

#define AJAR_UNPACK(...) __VA_ARGS__
#define AJAR_AND_ALSO(...) __VA_OPT__(, ) __VA_ARGS__

#define AJAR_ENTRY(name, call_row, shape, asked, result, parameters, arguments)                   \
  AJAR_HOOK result name parameters {                                                              \
    using namespace ajar::agent;                                                                  \
    auto* function = real<result(*) parameters>(static_cast<uint32_t>(Entry::name) - 1);          \
    if (__builtin_expect(function == nullptr, 0)) return not_there<result>();                     \
    return hook(                                                                                  \
        SHAPE_##shape, Entry::name, AJAR_CALLER, [&] { return function arguments; },              \
        [&]([[maybe_unused]] Outcome outcome) { return ASKED_##asked; } AJAR_AND_ALSO arguments); \
  }
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY

// These can't hand on their arguments but as a list, and are told as the functions that take one.
AJAR_HOOK void syslog(int priority, const char* format, ...) {
  using namespace ajar::agent;
  auto* function = real<void (*)(int, const char*, va_list)>(static_cast<uint32_t>(Entry::vsyslog) - 1);
  if (function == nullptr) return;
  va_list arguments;
  va_start(arguments, format);
  const auto call = [&] { function(priority, format, arguments); };
  hook(SHAPE_KEEPS(syslog, TURNS), Entry::vsyslog, AJAR_CALLER, call, asked_nothing);
  va_end(arguments);
}

// What syslog is where programs are built with _FORTIFY_SOURCE.
AJAR_HOOK void __syslog_chk(int priority, int flag, const char* format,
                            ...) {  // NOLINT(bugprone-reserved-identifier)
  using namespace ajar::agent;
  auto* function =
      real<void (*)(int, int, const char*, va_list)>(static_cast<uint32_t>(Entry::__vsyslog_chk) - 1);
  if (function == nullptr) return;
  va_list arguments;
  va_start(arguments, format);
  const auto call = [&] { function(priority, flag, format, arguments); };
  hook(SHAPE_KEEPS(syslog, TURNS), Entry::__vsyslog_chk, AJAR_CALLER, call, asked_nothing);
  va_end(arguments);
}

AJAR_HOOK int dlclose(void* library) {
  using namespace ajar::agent;
  auto* function = real<int (*)(void*)>(Other::dlclose);
  if (function == nullptr) return not_there<int>();
  cpython::pause();  // it may be this library
  const int result = function(library);
  if (result == 0 && recording()) {
    state.linker_may_be_locked = false;  // it has just been through all of it
    modules::refresh();
  }
  cpython::resume();
  return result;
}

#define AJAR_EXIT_HOOK(name, row)                             \
  AJAR_HOOK __attribute__((noreturn)) void name(int status) { \
    using namespace ajar::agent;                              \
    finish();                                                 \
    auto* function = real<void (*)(int)>(row);                \
    if (function != nullptr) function(status);                \
    __builtin_trap();                                         \
  }
AJAR_EXIT_HOOK(_exit, Other::exit_now)
AJAR_EXIT_HOOK(_Exit, Other::exit_now_c99)
AJAR_EXIT_HOOK(quick_exit, Other::quick_exit)

namespace {

__attribute__((constructor)) void start() {
  using namespace ajar::agent;
  resolve(real_functions, kRealFunctions);
  // Where the C library isn't behind it, the agent came into a running program, and waits for ajar's word.
  state.injected = real_functions[static_cast<uint32_t>(Other::exit_now)].address == nullptr;
  if (!state.injected) {
    recording();
    return;
  }
  *state.gate = Gate::off;
  resolve(real_functions, kRealFunctions);
}

}  // namespace
