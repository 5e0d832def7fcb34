#pragma once

#include <stdint.h>

#include "agent/win/state.h"
#include "ring/producer.h"
#include "wire/wire.h"

// How what the hooks saw gets into the segment. Everything here may be called by any thread, allocates
// nothing, and returns within a bounded time.
namespace ajar::agent {

// Writes one record: begin, fill in, commit.
class Writer {
 public:
  explicit Writer(uint32_t lane) : producer_(state.segment, lane) {}

  // A place for a record and `rest` bytes after it; null where the ring stays full (then it is counted as
  // lost).
  template <typename Record>
  Record* begin(ajar_record_kind kind, uint64_t time, uint32_t rest) {
    return reinterpret_cast<Record*>(reserve(static_cast<uint32_t>(sizeof(Record)) + rest, kind, time));
  }
  template <typename Record>
  void commit(Record* record) {
    producer_.commit(reinterpret_cast<ajar_record*>(record));
  }

 private:
  ajar_record* reserve(uint32_t bytes, ajar_record_kind kind, uint64_t time);

  ring::Producer producer_;
};

// A thread begins: its number may have been another's.
void forget_thread(uint32_t tid);
void forget_all_threads();

// What a call was asked for.
struct Asked {
  ajar_payload kind = AJAR_PAYLOAD_NONE;
  const void* bytes = nullptr;
  uint32_t length = 0;
  int32_t root = 0;  // the handle of the object in which the name is one
};

struct Happened {
  ajar_effect effect{};
  uint16_t entry = 0;
  int32_t handle = 0;
  int32_t other = 0;
  int32_t error = 0;
  uint64_t time = 0;
  uint64_t call = 0;  // where the call's own code begins: the innermost frame
};

// Writes an event with the stack of whoever called the hook that calls this.
void emit(const Happened& happened, const Asked& asked);

// Asks ajar for something, and waits until it is done, or for `patience` milliseconds.
void ask(ajar_request_kind kind, uint32_t pid, uint32_t patience);

}  // namespace ajar::agent
