#include "agent/win/children.h"

#include "agent/win/state.h"
#include "agent/win/write.h"

namespace ajar::agent::children {
namespace {

constexpr uint32_t kPatience = 5000;      // ms
constexpr uint64_t kCreateSuspended = 1;  // THREAD_CREATE_FLAGS_CREATE_SUSPENDED
constexpr uint32_t kMostWaiting = 64;

// First threads of processes that have not been entered yet. 0: a free place.
volatile uint32_t waiting[kMostWaiting];
volatile uint32_t waiting_count;

bool put(uint32_t tid) {
  for (volatile uint32_t& place : waiting) {
    uint32_t free = 0;
    if (!__atomic_compare_exchange_n(&place, &free, tid, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
    __atomic_fetch_add(&waiting_count, 1U, __ATOMIC_ACQ_REL);
    return true;
  }
  return false;
}

bool take(uint32_t tid) {
  for (volatile uint32_t& place : waiting) {
    uint32_t wanted = tid;
    if (!__atomic_compare_exchange_n(&place, &wanted, 0U, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
      continue;
    __atomic_fetch_sub(&waiting_count, 1U, __ATOMIC_ACQ_REL);
    return true;
  }
  return false;
}

}  // namespace

void was_made(uint64_t process, uint64_t thread, uint64_t flags) {
  const uint32_t tid = thread_of(reinterpret_cast<HANDLE>(thread)).tid;
  const bool stands_still = (flags & kCreateSuspended) != 0 && tid != 0;
  if (stands_still && put(tid)) return;
  if (const uint32_t pid = process_of(process); pid != 0) ask(AJAR_REQUEST_ENTER, pid, kPatience);
}

void about_to_run(uint64_t thread) {
  const Inside inside;
  if (!recording() || __atomic_load_n(&waiting_count, __ATOMIC_ACQUIRE) == 0) return;
  const ThreadNumbers numbers = thread_of(reinterpret_cast<HANDLE>(thread));
  if (numbers.tid != 0 && take(numbers.tid)) ask(AJAR_REQUEST_ENTER, numbers.pid, kPatience);
}

}  // namespace ajar::agent::children
