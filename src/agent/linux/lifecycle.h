#pragma once

// The moments of a process's life at which the agent acts by itself.
namespace ajar::agent {

// In the child, right after fork. `alone`: its parent had no other thread.
void begin_after_fork(bool alone);

// The process is about to end: writes the last snapshot, once.
void finish();

}  // namespace ajar::agent
