#pragma once

#include <stdint.h>

struct timespec;
extern "C" int clock_gettime(int clock, struct timespec* to);

namespace ajar::agent {

// CLOCK_MONOTONIC in nanoseconds, by the C library, which asks the vDSO and not the kernel.
inline uint64_t now() {
  int64_t time[2];
  clock_gettime(1, reinterpret_cast<struct timespec*>(time));
  return static_cast<uint64_t>(time[0]) * 1000000000ULL + static_cast<uint64_t>(time[1]);
}

}  // namespace ajar::agent
