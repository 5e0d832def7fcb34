#pragma once

#include <stdint.h>

#include "agent/core/trie.h"
#include "wire/wire.h"

namespace ajar::agent {

// Whether this process is being recorded. In a page that reads as zeros after fork, so that a child notices
// by itself that the segment it has mapped is its parent's, however it was forked.
enum class Gate : uint32_t { unknown = 0, on = 1, off = 2 };

struct State {
  volatile Gate* gate;    // never null
  ajar_segment* segment;  // while gate is on
  Trie trie;
  // 1, 2 … : counts up with every fork on the way to this process, and whenever threads have to ask anew what
  // they are.
  uint32_t process_number;
  uint32_t pid;
  // In a child of fork, where another thread of the parent may have been inside the dynamic linker: whoever
  // asks that for its list of modules would wait for ever.
  bool linker_may_be_locked;
  bool tables_parted;  // threads may have descriptor tables of their own
  // Under a filter of system calls: one that the program itself does not make may be its death.
  volatile bool sandboxed;
  bool injected;       // the agent came into a running program, by its linker: it stands behind the C library
  bool counts_time;    // records have the processor's counter as their time
  uint32_t newcomers;  // modules may have come whose references are to be led to the hooks: looks to take
};
extern State state;

// What a thread keeps. Initial-exec: reading it calls nothing.
struct ThreadState {
  uint32_t process_number;  // for which the rest is true
  uint32_t tid;
  uint32_t lane;         // of the segment, for this thread's records; before it has one, the image's
  uint64_t stack_high;   // the end of the thread's own stack
  uint64_t vfork_time;   // of the last vfork
  int last_opened;       // since the call began that a hook is in; -1: nothing
  int awaited;           // a number that may be opened unseen, plus one; 0 when it was seen, or for none;
                         // or kAwaitedIsTold
  bool has_other_table;  // a descriptor table that is not the main thread's
  volatile bool vfork_sandboxed;  // in_vfork, and the child has set a filter of system calls
  uint32_t in_vfork;  // a vfork child is borrowing this thread (its own vfork child, and so on): what it does
                      // concerns a copy of the table
};
// It came unseen, and is being told of.
inline constexpr int kAwaitedIsTold = -1;
extern __thread ThreadState thread_state __attribute__((tls_model("initial-exec")));

// Whether the calling thread is under a filter of system calls, be it in a vfork child that set one for
// itself.
inline bool sandboxed() {
  return state.sandboxed || thread_state.vfork_sandboxed;
}

// True when the calling thread's events are to be recorded. Starts the recording in a process where it has
// not begun.
bool begin_or_off();
inline bool recording() {
  return __builtin_expect(*state.gate == Gate::on, 1) ? thread_state.in_vfork == 0 : begin_or_off();
}

// Nobody reads any more what is recorded: it ends here.
void end_recording();
// The reader may have been killed: then so it shall be.
void end_if_abandoned();

// Fills in thread_state for the calling thread and announces the thread. What it records next has that time
// or a later one.
void enter_thread(uint64_t time);

}  // namespace ajar::agent
