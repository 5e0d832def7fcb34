#pragma once

#include "agent/core/state.h"
#include "agent/linux/lifecycle.h"
#include "agent/linux/raw.h"

// Calls that make processes.
namespace ajar::agent {

// include/uapi/linux/sched.h
inline constexpr unsigned kCloneMemory = 0x100, kClonePidfd = 0x1000, kCloneVfork = 0x4000;

inline bool opens_pidfd(uint64_t clone_flags) {
  return (clone_flags & kClonePidfd) != 0;
}

// In the child of a call that forks inside the C library.
inline void begin_if_forked() {
  if (raw::getpid() != state.pid) begin_after_fork();
}

// A child that borrows the parent's memory, thread-local too, until it execs: what it does meanwhile concerns
// a table of its own.
template <typename Call>
auto call_clone(uint64_t flags, Call&& call) {
  const bool borrows = (flags & kCloneMemory) != 0 && (flags & kCloneVfork) != 0;
  if (!borrows) return call();
  const bool before = thread_state.in_vfork;
  thread_state.in_vfork = true;
  auto result = call();
  thread_state.in_vfork = before;
  return result;
}

}  // namespace ajar::agent
