#include "agent/core/os.h"

#include "agent/core/clock.h"
#include "agent/core/state.h"
#include "agent/linux/auxiliary.h"
#include "agent/linux/raw.h"

namespace ajar::agent::os {

void sleep_ns(uint64_t ns) {
  if (!sandboxed()) return raw::sleep_ns(ns);
  for (const uint64_t end = monotonic_ns() + ns; monotonic_ns() < end;) __builtin_ia32_pause();
}

bool readable(uint64_t address) {
  return !sandboxed() && raw::readable(address);
}

uint32_t thread_id() {
  return sandboxed() ? 0 : raw::gettid();
}

bool shares_main_table() {
  if (sandboxed()) return false;
  const uint32_t thread = raw::gettid();
  const uint32_t main_thread = raw::getpid();
  return thread == main_thread || raw::same_table(thread, main_thread);
}

void thread_name(char (&name)[16]) {
  if (sandboxed() || !raw::thread_name(name)) name[0] = 0;
  name[15] = 0;
}

// The C libraries put a thread's control block at the top of the memory of its stack; the main thread's stack
// is above all that is mapped, and the kernel put the program's file name near its very end.
uint64_t stack_high(uint64_t sp) {
  const auto control_block = reinterpret_cast<uint64_t>(__builtin_thread_pointer());
  if (sp < control_block) return control_block & ~uint64_t{7};
  return static_cast<uint64_t>(getauxval(AT_EXECFN)) & ~uint64_t{7};
}

}  // namespace ajar::agent::os
