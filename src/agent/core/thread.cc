#include "agent/core/emit.h"
#include "agent/core/os.h"
#include "agent/core/state.h"

namespace ajar::agent {

__thread ThreadState thread_state __attribute__((tls_model("initial-exec")));

void enter_thread(uint64_t time) {
  thread_state.process_number = state.process_number;
  thread_state.tid = os::thread_id();
  thread_state.has_other_table = state.tables_parted && !os::shares_main_table();
  thread_state.stack_high = os::stack_high(reinterpret_cast<uint64_t>(__builtin_frame_address(0)));
  thread_state.lane = ring::quietest_lane(*state.segment);
  ring::Producer producer(state.segment, thread_state.lane);
  ajar_record* record = reserve(producer, sizeof(ajar_thread), AJAR_RECORD_THREAD, time - 1, Patience::brief);
  if (record == nullptr) return;
  auto* thread = reinterpret_cast<ajar_thread*>(record);
  thread->tid = thread_state.tid;
  thread->reserved = 0;
  os::thread_name(thread->name);
  producer.commit(record);
}

}  // namespace ajar::agent
