#pragma once

#include <stdint.h>

#include "agent/core/clock.h"
#include "agent/core/emit.h"
#include "agent/core/entries.h"
#include "agent/core/state.h"
#include "agent/linux/asked.h"
#include "agent/linux/error_number.h"
#include "agent/linux/rebind.h"

// What hooks of all shapes do around a call, and how they tell what happened.
namespace ajar::agent {

// Before each call: whether it is to be recorded. First of all, since what is open before the first call
// counts as inherited.
inline bool begin_call() {
  thread_state.last_opened = -1;
  if (__builtin_expect(state.newcomers != 0, 0)) rebind::look_for_newcomers();
  return recording();
}

inline Happened happened(uint64_t time, ajar_effect effect, Entry entry, int handle,
                         const unwind::Registers& caller) {
  Happened h;
  h.effect = effect;
  h.entry = static_cast<uint16_t>(entry);
  h.handle = handle;
  h.time = time;
  h.caller = caller;
  return h;
}

inline Asked asked_nothing(Outcome) {
  return {};
}

// Where the call says that an address was bad, what was asked for cannot be read either. `source`: what was
// to be duplicated.
template <typename AskedFor>
__attribute__((noinline)) void report_failure(ajar_effect effect, Entry entry, AskedFor&& asked_for,
                                              const unwind::Registers& caller, int source = -1) {
  const int error = error_number();
  Happened h = happened(now(), effect, entry, -1, caller);
  h.error = error;
  h.other = source;
  emit(h, error == kBadAddress ? Asked{} : asked_for(Outcome::failed));
  error_number() = error;
}

// Another hook may have told of it already: the C library, or a wrapper around it, may make a call by way of
// another one.
inline bool told_already(int fd) {
  return thread_state.last_opened == fd;
}

inline void report_open(Entry entry, int fd, const Asked& asked, const unwind::Registers& caller) {
  if (fd < 0 || told_already(fd)) return;
  emit(happened(now(), AJAR_EFFECT_OPEN, entry, fd, caller), asked);
}

inline void report_pair(Entry entry, int first, int second, const Asked& asked,
                        const unwind::Registers& caller) {
  if (told_already(second)) return;
  Happened h = happened(now(), AJAR_EFFECT_PAIR, entry, first, caller);
  h.other = second;
  emit(h, asked);
}

// `begun` is the time before the call; `failed` says that it returned -1.
inline void report_closed(Entry entry, int fd, uint64_t begun, bool failed, const unwind::Registers& caller) {
  if (fd < 0) return;
  Happened h = happened(begun, AJAR_EFFECT_CLOSE, entry, fd, caller);
  const int error = failed ? error_number() : 0;
  if (error == kBadDescriptor) h.error = error;
  emit(h, Asked{});
  if (failed) error_number() = error;
}

inline void report_duplicated(Entry entry, int fd, int result, const unwind::Registers& caller) {
  if (result < 0) return report_failure(AJAR_EFFECT_DUPLICATE, entry, asked_nothing, caller, fd);
  if (told_already(result)) return;
  Happened h = happened(now(), AJAR_EFFECT_DUPLICATE, entry, result, caller);
  h.other = fd;
  emit(h, Asked{});
}

// `fd` was duplicated onto the number `onto`, which was closed first; with `fd` itself nothing happens.
inline void report_replaced(Entry entry, int fd, int onto, uint64_t begun, const unwind::Registers& caller) {
  if (fd == onto || told_already(onto)) return;
  Happened h = happened(now(), AJAR_EFFECT_REPLACE, entry, onto, caller);
  h.other = fd;
  Asked asked;
  asked.kind = AJAR_PAYLOAD_BEFORE;
  asked.length = sizeof(begun);
  __builtin_memcpy(asked.words, &begun, sizeof(begun));
  emit(h, asked);
}

inline void report_peer(Entry entry, int fd, const void* address, uint32_t length) {
  emit(happened(now(), AJAR_EFFECT_ADDRESS, entry, fd, {}), asked_address(address, length));
}

}  // namespace ajar::agent
