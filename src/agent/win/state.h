#pragma once

#include "agent/win/nt.h"
#include "wire/wire.h"

namespace ajar::agent {

__extension__ using Wide = unsigned __int128;

// All that the agent knows of its session. Written by the one thread that ajar starts in the process, which
// `own_thread` names while it works: what it opens is not the program's. Any thread may turn it off.
struct State {
  ajar_segment* segment;
  volatile uint32_t on;  // 1 while events are wanted
  volatile uint32_t own_thread;
  volatile uint32_t unanswered;  // 1 once ajar did not answer in time: it is not asked again
  uint32_t process;              // its number: a clone of the process has not the segment, but all the rest
  uint32_t counts_time;          // records have the processor's counter as their time
  uint64_t ns_per_tick;          // of the performance counter, times 2^32; where the processor's isn't used
};
extern State state;

// How many threads use the segment right now, by some bits of their numbers: each counter has a cache line of
// its own.
inline constexpr uint32_t kCounters = 8;
struct alignas(64) Counter {
  volatile uint32_t threads;
};
extern Counter inside[kCounters];

// While one of these lives, the segment stays mapped.
class Inside {
 public:
  Inside() : counter_(inside[(thread_id() / 4) % kCounters].threads) {
    __atomic_fetch_add(&counter_, 1U, __ATOMIC_SEQ_CST);
  }
  ~Inside() { __atomic_fetch_sub(&counter_, 1U, __ATOMIC_RELEASE); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  volatile uint32_t& counter_;
};

inline bool recording() {
  return state.on != 0 && process_id() == state.process && thread_id() != state.own_thread;
}

// The time that a record gets, in the segment's clock.
inline uint64_t now() {
  if (__builtin_expect(state.counts_time != 0, 1)) {
    __builtin_ia32_lfence();  // the processor would read its counter while a call is still on the way back
    return __builtin_ia32_rdtsc();
  }
  LARGE_INTEGER count;
  NtQueryPerformanceCounter(&count, nullptr);
  return static_cast<uint64_t>((static_cast<Wide>(count.QuadPart) * state.ns_per_tick) >> 32U);
}

}  // namespace ajar::agent
