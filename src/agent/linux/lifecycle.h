#pragma once

// The moments of a process's life at which the agent acts by itself.
namespace ajar::agent {

// In the child, right after fork.
void begin_after_fork();

// The process is about to end: writes the last snapshot, once.
void finish();

}  // namespace ajar::agent
