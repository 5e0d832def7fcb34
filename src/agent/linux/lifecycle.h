#pragma once

// The moments of a process's life at which the agent acts by itself.
namespace ajar::agent {

// In the child, right after fork. `alone`: its parent had no other thread.
void begin_after_fork(bool alone);

// The agent came into a running program, and is to record into that session: 0, or the error number. May be
// called again when the last session has ended.
int begin_injected(const char* session_folder);

// Ends its session, where nobody reads it any more; otherwise the error number.
int end_injected();

// The process is about to end: writes the last snapshot, once.
void finish();

}  // namespace ajar::agent
