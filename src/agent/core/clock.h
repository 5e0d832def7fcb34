#pragma once

#include <stdint.h>

#include "agent/core/state.h"

struct timespec;
extern "C" int clock_gettime(int clock, struct timespec* to);

namespace ajar::agent {

// CLOCK_MONOTONIC in nanoseconds, by the C library, which asks the vDSO. Where the kernel's time is not the
// processor's counter (hpet, acpi_pm), that makes a system call, which a sandbox may kill for: there it is
// the time of the kernel's last tick, which the vDSO has.
inline uint64_t monotonic_ns() {
  constexpr int kMonotonic = 1, kMonotonicCoarse = 6;
  int64_t time[2];
  clock_gettime(sandboxed() && !state.counts_time ? kMonotonicCoarse : kMonotonic,
                reinterpret_cast<struct timespec*>(time));
  return static_cast<uint64_t>(time[0]) * 1000000000ULL + static_cast<uint64_t>(time[1]);
}

// The time that a record gets, in the segment's clock: after all that was done before, as others see it.
inline uint64_t now() {
  if (!state.counts_time) return monotonic_ns();
  __builtin_ia32_lfence();  // the processor would read its counter while a call is still on the way back
  return __builtin_ia32_rdtsc();
}

// The same for the time before a call. What the call changes nobody sees before the counter was read, since
// the processor makes changes visible in the order of the program.
inline uint64_t now_before_call() {
  return state.counts_time ? __builtin_ia32_rdtsc() : monotonic_ns();
}

}  // namespace ajar::agent
