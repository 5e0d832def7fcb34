#pragma once

#include <stddef.h>
#include <stdint.h>

#include "agent/core/trie.h"
#include "ring/producer.h"
#include "unwind/walk.h"
#include "wire/wire.h"

// How what the hooks saw gets into the segment. Everything here may be called by any thread and in a signal
// handler, allocates nothing, and returns within a bounded time.
namespace ajar::agent {

// How long to wait when the ring is full. `brief` is for the victim's own calls; `patient` for the one
// snapshot at the exit.
enum class Patience : uint8_t { brief, patient };

// A place in the ring, or nullptr after the wait (then one event is counted as lost).
ajar_record* wait_for_room(ring::Producer& producer, uint32_t bytes, ajar_record_kind kind, uint64_t time,
                           Patience patience);
inline ajar_record* reserve(ring::Producer& producer, uint32_t bytes, ajar_record_kind kind, uint64_t time,
                            Patience patience) {
  ajar_record* record = producer.reserve(bytes, kind, time);
  if (__builtin_expect(record != nullptr, 1)) return record;
  return wait_for_room(producer, bytes, kind, time, patience);
}

// What the call was asked for; the bytes must stay readable until the event is written.
struct Asked {
  ajar_payload kind = AJAR_PAYLOAD_NONE;
  const void* bytes = nullptr;
  uint32_t length = 0;
  uint32_t flags = 0;
  uint32_t words[3] = {};  // AJAR_PAYLOAD_SOCKET, AJAR_PAYLOAD_BEFORE: the bytes themselves
};

struct Happened {
  ajar_effect effect{};
  uint16_t entry = 0;
  int32_t handle = -1;
  int32_t other = -1;
  int32_t error = 0;
  uint64_t time = 0;
  unwind::Registers caller;
};

// Writes an event with its stack.
void emit(const Happened& happened, const Asked& asked);

}  // namespace ajar::agent
