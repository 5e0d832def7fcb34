#pragma once

#include <sched.h>
#include <time.h>

// The one with this number among those that the process may use.
inline void pin_to_processor(int index) {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof(allowed), &allowed);
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || index-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof(one), &one);
    return;
  }
}

// What the calling thread has had of its processor.
inline double processor_ns() {
  timespec spent{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) * 1e9 + static_cast<double>(spent.tv_nsec);
}
