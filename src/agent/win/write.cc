#include "agent/win/write.h"

#include "agent/win/stack.h"
#include "agent/win/text.h"

namespace ajar::agent {
namespace {

constexpr uint64_t kWaitStep = 500'000;  // ns
constexpr unsigned kWaitSteps = 40;      // once; then `stalled` says not to wait
constexpr uint32_t kWord = 8;

// Which thread numbers have had their record; numbers are multiples of 4. Two that share a bit cost one of
// them its record, whose thread ajar adds by itself then.
constexpr uint32_t kThreadBits = 1U << 16U;
volatile uint32_t known_threads[kThreadBits / 32];

struct Bit {
  volatile uint32_t& word;
  uint32_t mask;
};
Bit bit_of(uint32_t tid) {
  const uint32_t bit = (tid / 4) % kThreadBits;
  return {known_threads[bit / 32], 1U << (bit % 32)};
}

uint32_t lane_of(uint32_t tid) {
  return 1 + (tid / 4) % (AJAR_LANES - 1);
}

void introduce(uint32_t tid, uint64_t time) {
  const Bit bit = bit_of(tid);
  if (__builtin_expect((__atomic_load_n(&bit.word, __ATOMIC_RELAXED) & bit.mask) != 0, 1)) return;
  if ((__atomic_fetch_or(&bit.word, bit.mask, __ATOMIC_RELAXED) & bit.mask) != 0) return;
  Writer writer(lane_of(tid));
  auto* thread = writer.begin<ajar_thread>(AJAR_RECORD_THREAD, time - 1, 0);
  if (thread == nullptr) return;
  thread->tid = tid;
  thread->reserved = 0;
  thread->name[0] = 0;
  writer.commit(thread);
}

uint32_t aligned8(uint32_t n) {
  return (n + 7U) & ~7U;
}

}  // namespace

ajar_record* Writer::reserve(uint32_t bytes, ajar_record_kind kind, uint64_t time) {
  ajar_segment* segment = state.segment;
  ajar_record* record = producer_.reserve(bytes, kind, time);
  unsigned steps = __atomic_load_n(&segment->stalled, __ATOMIC_RELAXED) != 0 ? 0 : kWaitSteps;
  for (; record == nullptr && steps > 0 && state.on != 0; --steps) {
    sleep_ns(kWaitStep);
    record = producer_.reserve(bytes, kind, time);
  }
  if (record == nullptr) {
    __atomic_store_n(&segment->stalled, 1U, __ATOMIC_RELAXED);
    __atomic_fetch_add(&segment->lost, 1, __ATOMIC_RELAXED);
  } else if (__builtin_expect(__atomic_load_n(&segment->stalled, __ATOMIC_RELAXED) != 0, 0)) {
    __atomic_store_n(&segment->stalled, 0U, __ATOMIC_RELAXED);
  }
  return record;
}

void forget_thread(uint32_t tid) {
  const Bit bit = bit_of(tid);
  __atomic_fetch_and(&bit.word, ~bit.mask, __ATOMIC_RELAXED);
}

void forget_all_threads() {
  for (volatile uint32_t& word : known_threads) word = 0;
}

void emit(const Happened& happened, const Asked& asked) {
  if (__builtin_expect(__atomic_load_n(&state.segment->detached, __ATOMIC_RELAXED) != 0, 0)) {
    state.on = 0;
    return;
  }
  const uint32_t tid = thread_id();
  introduce(tid, happened.time);
  uint64_t caller = 0;
  const uint32_t stack = capture_stack(happened.call, caller);
  const uint32_t raw_frames = stack == 0 ? 1 : 0;  // no room: at least who called
  const uint32_t raw_at = aligned8(static_cast<uint32_t>(sizeof(ajar_event)) + asked.length);
  const uint32_t bytes =
      raw_frames != 0 ? raw_at + kWord : static_cast<uint32_t>(sizeof(ajar_event)) + asked.length;
  Writer writer(lane_of(tid));
  auto* event = writer.begin<ajar_event>(AJAR_RECORD_EVENT, happened.time,
                                         bytes - static_cast<uint32_t>(sizeof(ajar_event)));
  if (event == nullptr) return;
  event->tid = tid;
  event->stack = stack;
  event->handle = happened.handle;
  event->other = happened.other;
  event->error = happened.error;
  event->flags = asked.access;
  event->entry = happened.entry;
  event->effect = static_cast<ajar_u8>(happened.effect);
  event->payload = static_cast<ajar_u8>(asked.kind);
  event->payload_length = static_cast<ajar_u16>(asked.length);
  event->raw_frames = static_cast<ajar_u8>(raw_frames);
  event->managed = AJAR_MANAGED_NONE;
  copy_bytes(event + 1, asked.bytes, asked.length);
  if (raw_frames != 0) copy_bytes(reinterpret_cast<uint8_t*>(event) + raw_at, &caller, kWord);
  writer.commit(event);
}

void ask(ajar_request_kind kind, uint32_t pid, uint32_t patience) {
  constexpr uint64_t kMillisecond = 1'000'000;
  if (state.unanswered != 0) return;
  for (ajar_request& request : state.segment->requests) {
    ajar_u32 free = AJAR_REQUEST_FREE;
    if (!__atomic_compare_exchange_n(&request.state, &free, AJAR_REQUEST_TAKEN, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
      continue;
    request.kind = kind;
    request.pid = pid;
    __atomic_store_n(&request.state, AJAR_REQUEST_ASKED, __ATOMIC_RELEASE);
    uint32_t waited = 0;
    for (; waited < patience; ++waited) {
      if (__atomic_load_n(&request.state, __ATOMIC_ACQUIRE) == AJAR_REQUEST_ANSWERED) break;
      if (__atomic_load_n(&state.segment->detached, __ATOMIC_RELAXED) != 0) break;
      sleep_ns(kMillisecond);
    }
    if (waited == patience) state.unanswered = 1;
    __atomic_store_n(&request.state, AJAR_REQUEST_FREE, __ATOMIC_RELEASE);
    return;
  }
}

}  // namespace ajar::agent
