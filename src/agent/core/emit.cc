#include "agent/core/emit.h"

#include "agent/core/copy.h"
#include "agent/core/cpython.h"
#include "agent/core/depth.h"
#include "agent/core/os.h"
#include "agent/core/stack_memory.h"
#include "agent/core/state.h"
#include "agent/core/told.h"

namespace ajar::agent {
namespace {

constexpr uint32_t kMaxPayload = 4096;
constexpr uint32_t kWord = 8;
constexpr uint64_t kWaitStep = 50'000;  // ns
constexpr unsigned kBriefSteps = 200;   // about 10 ms at the most, once; then `stalled` says not to wait
constexpr unsigned kPatientSteps = 20'000;

// For told_already() of the hooks, and for who has to know whether a number is another's (told.h).
void remember(const Happened& happened) {
  if (happened.effect == AJAR_EFFECT_CLOSE) {
    if (thread_state.last_opened == happened.handle) thread_state.last_opened = -1;
  } else if (happened.error == 0 && happened.effect != AJAR_EFFECT_ADDRESS &&
             happened.effect != AJAR_EFFECT_CLOSE_RANGE) {
    thread_state.last_opened = happened.effect == AJAR_EFFECT_PAIR ? happened.other : happened.handle;
    if (told::wanted() && thread_state.awaited != kAwaitedIsTold) {
      told::note(happened.handle);
      if (happened.effect == AJAR_EFFECT_PAIR) told::note(happened.other);
    }
    const int awaited = thread_state.awaited - 1;
    if (__builtin_expect(awaited >= 0 && (awaited == happened.handle || awaited == thread_state.last_opened),
                         0))
      thread_state.awaited = 0;
  }
}

ajar_managed managed_word(const cpython::Frames& frames) {
  if (frames.outermost == 0) return AJAR_MANAGED_NONE;
  return frames.cut ? AJAR_MANAGED_CUT : AJAR_MANAGED_WHOLE;
}

}  // namespace

ajar_record* wait_for_room(ring::Producer& producer, uint32_t bytes, ajar_record_kind kind, uint64_t time,
                           Patience patience) {
  ajar_record* record = nullptr;
  ajar_segment* segment = state.segment;
  unsigned steps = patience == Patience::patient ? kPatientSteps : kBriefSteps;
  if (__atomic_load_n(&segment->stalled, __ATOMIC_RELAXED) != 0) steps = 0;
  for (; steps > 0 && __atomic_load_n(&segment->detached, __ATOMIC_RELAXED) == 0; --steps) {
    os::sleep_ns(kWaitStep);
    record = producer.reserve(bytes, kind, time);
    if (record != nullptr) return record;
  }
  __atomic_store_n(&segment->stalled, 1U, __ATOMIC_RELAXED);
  constexpr uint64_t kAskEvery = 1024;
  const uint64_t lost = __atomic_fetch_add(&segment->lost, 1, __ATOMIC_RELAXED);
  if (state.injected && lost % kAskEvery == 0) end_if_abandoned();
  return nullptr;
}

void emit(const Happened& happened, const Asked& asked) {
  if (__builtin_expect(__atomic_load_n(&state.segment->detached, __ATOMIC_RELAXED) != 0, 0)) {
    end_recording();
    return;
  }
  if (thread_state.process_number != state.process_number) enter_thread(happened.time);
  remember(happened);
  if (__builtin_expect(thread_state.has_other_table, 0)) return;
  const uint32_t stack = state.trie.capture(
      happened.caller, stack_of(happened.caller, thread_state.stack_high), kInnermostFrames);
  const cpython::Frames managed = cpython::capture(stack);
  const uint32_t payload_length = asked.length < kMaxPayload ? asked.length : kMaxPayload;
  const uint32_t raw_frames = stack == 0 ? 1 : 0;  // no room, or busy: at least who called
  uint32_t bytes = static_cast<uint32_t>(sizeof(ajar_event)) + payload_length;
  const uint32_t managed_at = aligned8(bytes);
  const uint32_t raw_at = managed_at + (managed.outermost != 0 ? kWord : 0);
  if (managed.outermost != 0) bytes = raw_at;
  if (raw_frames != 0) bytes = raw_at + kWord;

  ring::Producer producer(state.segment, thread_state.lane);
  ajar_record* record = reserve(producer, bytes, AJAR_RECORD_EVENT, happened.time, Patience::brief);
  if (record == nullptr) return;
  if (__builtin_expect(__atomic_load_n(&state.segment->stalled, __ATOMIC_RELAXED) != 0, 0)) {
    __atomic_store_n(&state.segment->stalled, 0U, __ATOMIC_RELAXED);
  }
  auto* event = reinterpret_cast<ajar_event*>(record);
  event->tid = thread_state.tid;
  event->stack = stack;
  event->handle = happened.handle;
  event->other = happened.other;
  event->error = happened.error;
  event->flags = asked.flags;
  event->entry = happened.entry;
  event->effect = static_cast<ajar_u8>(happened.effect);
  event->payload = static_cast<ajar_u8>(asked.kind);
  event->payload_length = static_cast<ajar_u16>(payload_length);
  event->raw_frames = static_cast<ajar_u8>(raw_frames);
  event->managed = static_cast<ajar_u8>(managed_word(managed));
  auto* after = reinterpret_cast<uint8_t*>(event + 1);
  if (payload_length != 0) {
    const void* payload = asked.bytes != nullptr ? asked.bytes : asked.words;
    copy_words(after, payload, payload_length);
  }
  if (managed.outermost != 0) {
    const uint64_t node = managed.outermost;
    __builtin_memcpy(reinterpret_cast<uint8_t*>(event) + managed_at, &node, kWord);
  }
  if (raw_frames != 0) {
    __builtin_memcpy(reinterpret_cast<uint8_t*>(event) + raw_at, &happened.caller.pc, kWord);
  }
  producer.commit(record);
}

}  // namespace ajar::agent
