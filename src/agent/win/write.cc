#include "agent/win/write.h"

#include "agent/core/copy.h"
#include "agent/win/stack.h"

namespace ajar::agent {
namespace {

constexpr uint64_t kStep = 500'000;  // ns; Windows may make it as long as a tick of its timer, 16 ms
constexpr uint64_t kWait = 20;       // ms, once; then `stalled` says not to wait
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

volatile uint32_t last_request;

// A free place, filled in; null where there is none now.
ajar_request* place_for(ajar_request_kind kind, uint32_t pid) {
  for (ajar_request& request : state.segment->requests) {
    ajar_u32 free = AJAR_REQUEST_FREE;
    if (!__atomic_compare_exchange_n(&request.state, &free, AJAR_REQUEST_TAKEN, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED))
      continue;
    request.kind = kind;
    request.pid = pid;
    request.number = __atomic_add_fetch(&last_request, 1U, __ATOMIC_RELAXED);
    __atomic_store_n(&request.state, AJAR_REQUEST_ASKED, __ATOMIC_RELEASE);
    return &request;
  }
  return nullptr;
}

bool is_answered(const ajar_request& request) {
  return __atomic_load_n(&request.answered, __ATOMIC_ACQUIRE) == request.number;
}

}  // namespace

ajar_record* Writer::reserve(uint32_t bytes, ajar_record_kind kind, uint64_t time) {
  ajar_segment* segment = state.segment;
  ajar_record* record = producer_.reserve(bytes, kind, time);
  if (record == nullptr && __atomic_load_n(&segment->stalled, __ATOMIC_RELAXED) == 0) {
    const uint64_t until = ticks_since_start() + kWait * kTicksPerMs;
    while (record == nullptr && state.on != 0 && ticks_since_start() < until) {
      sleep_ns(kStep);
      record = producer_.reserve(bytes, kind, time);
    }
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
  event->flags = 0;
  event->entry = happened.entry;
  event->effect = static_cast<ajar_u8>(happened.effect);
  event->payload = static_cast<ajar_u8>(asked.kind);
  event->payload_length = static_cast<ajar_u16>(asked.length);
  event->raw_frames = static_cast<ajar_u8>(raw_frames);
  event->managed = AJAR_MANAGED_NONE;
  copy_words(event + 1, asked.bytes, asked.length);
  if (raw_frames != 0) copy_words(reinterpret_cast<uint8_t*>(event) + raw_at, &caller, kWord);
  writer.commit(event);
}

// As long as ajar goes on (it counts its looks), it may take its time, up to `patience`.
void ask(ajar_request_kind kind, uint32_t pid, uint32_t patience) {
  ajar_segment* segment = state.segment;
  const uint64_t until = ticks_since_start() + patience * kTicksPerMs;
  const uint32_t looks = __atomic_load_n(&segment->looks, __ATOMIC_RELAXED);
  const auto is_over = [&] {
    return ticks_since_start() >= until || __atomic_load_n(&segment->detached, __ATOMIC_RELAXED) != 0;
  };
  ajar_request* request = nullptr;
  bool done = false;
  while (!done && state.unanswered == 0 && !is_over()) {
    if (request == nullptr) request = place_for(kind, pid);
    done = request != nullptr && is_answered(*request);
    if (!done) sleep_ns(kStep);
  }
  if (!done && kind == AJAR_REQUEST_ENTER) __atomic_fetch_add(&segment->not_entered, 1U, __ATOMIC_RELAXED);
  if (request != nullptr) __atomic_store_n(&request->state, AJAR_REQUEST_FREE, __ATOMIC_RELEASE);
  if (!done && __atomic_load_n(&segment->looks, __ATOMIC_RELAXED) == looks) state.unanswered = 1;
}

}  // namespace ajar::agent
