#include "agent/win/exports.h"
#include "agent/win/hooks.h"
#include "agent/win/modules.h"
#include "agent/win/stack.h"
#include "agent/win/state.h"
#include "agent/win/write.h"

namespace ajar::agent {

State state;
Counter inside[kCounters];

namespace {

// CPUID 80000007h, EDX bit 8: the counter goes evenly, whatever the processor's speed (Intel SDM, 'Invariant
// TSC').
bool counter_is_even() {
  uint32_t a = 0x8000'0000, b = 0, c = 0, d = 0;
  asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  if (a < 0x8000'0007) return false;
  a = 0x8000'0007;
  asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return (d & (1U << 8U)) != 0;
}

void choose_clock() {
  state.counts_time = counter_is_even() ? 1 : 0;
  state.segment->clock = state.counts_time != 0 ? AJAR_CLOCK_COUNTER : AJAR_CLOCK_MONOTONIC;
  LARGE_INTEGER count, frequency;
  NtQueryPerformanceCounter(&count, &frequency);
  constexpr uint64_t kSecond = 1'000'000'000;
  state.ns_per_tick =
      static_cast<uint64_t>((static_cast<Wide>(kSecond) << 32U) / static_cast<uint64_t>(frequency.QuadPart));
}

// Waits until no thread uses the segment any more. A thread that was ended inside never leaves.
bool nobody_inside() {
  constexpr uint64_t kPatience = 1000;  // ms
  constexpr uint64_t kStep = 1'000'000;
  const uint64_t until = ticks_since_start() + kPatience * kTicksPerMs;
  while (ticks_since_start() < until) {
    uint32_t threads = 0;
    for (const Counter& counter : inside) threads += __atomic_load_n(&counter.threads, __ATOMIC_ACQUIRE);
    if (threads == 0) return true;
    sleep_ns(kStep);
  }
  return false;
}

// Of the session that the process is in, if it is in one.
bool its_ajar_lives() {
  constexpr uint64_t kLongerThanALook = 1'500'000'000;  // ns
  const uint32_t looks = __atomic_load_n(&state.segment->looks, __ATOMIC_RELAXED);
  sleep_ns(kLongerThanALook);
  return __atomic_load_n(&state.segment->looks, __ATOMIC_RELAXED) != looks;
}

}  // namespace
}  // namespace ajar::agent

extern "C" __declspec(dllexport) DWORD WINAPI ajar_agent_stop(void* unused);

// What ajar calls in a thread of its own. `segment`: where it has mapped its memory in this process. An
// ajar_begun.
extern "C" __declspec(dllexport) DWORD WINAPI ajar_agent_start(void* segment) {
  using namespace ajar::agent;
  if (state.segment != nullptr) {
    if (state.on != 0 && its_ajar_lives()) return AJAR_RECORDED_BY_ANOTHER;
    ajar_agent_stop(nullptr);  // an ajar that was killed has left it so
  }
  auto* given = static_cast<ajar_segment*>(segment);
  if (given->magic != AJAR_WIRE_MAGIC || given->version != AJAR_WIRE_VERSION) return AJAR_OF_ANOTHER_VERSION;
  if (__atomic_load_n(&given->detached, __ATOMIC_ACQUIRE) != 0) return AJAR_GIVEN_UP;
  state.segment = given;
  state.process = process_id();
  state.own_thread = thread_id();
  state.unanswered = 0;
  choose_clock();
  ajar_begun begun = prepare_stacks() ? AJAR_BEGUN : AJAR_NO_MEMORY;
  if (begun == AJAR_BEGUN) {
    modules::start();
    state.on = 1;
    begun = hooks::enter();
  }
  if (begun != AJAR_BEGUN) {
    state.on = 0;
    modules::stop();
    state.segment = nullptr;
  }
  state.own_thread = 0;
  return begun;
}

// The same, for the end: from then on the process is as it was, but for this library, which stays loaded,
// since a thread may still be on its way through a hook.
extern "C" __declspec(dllexport) DWORD WINAPI ajar_agent_stop(void* /*unused*/) {
  using namespace ajar::agent;
  if (state.segment == nullptr) return 0;
  state.own_thread = thread_id();
  // Before the counters of Inside are read: who goes in later sees it.
  __atomic_store_n(&state.on, 0U, __ATOMIC_SEQ_CST);
  hooks::leave();
  modules::stop();
  if (nobody_inside()) {
    forget_stacks();
    NtUnmapViewOfSection(this_process(), state.segment);
  }
  state.segment = nullptr;
  state.own_thread = 0;
  return 0;
}

// Under the loader's lock.
extern "C" BOOL WINAPI DllMain(HINSTANCE /*module*/, DWORD reason, void* /*reserved*/) {
  if (reason == DLL_THREAD_ATTACH) ajar::agent::forget_thread(ajar::agent::thread_id());
  return 1;
}
