#pragma once

#include "agent/core/state.h"
#include "agent/linux/lifecycle.h"
#include "agent/linux/raw.h"
#include "agent/linux/real_functions.h"

// Calls that make processes.
namespace ajar::agent {

// include/uapi/linux/sched.h
inline constexpr unsigned kCloneMemory = 0x100, kClonePidfd = 0x1000, kCloneVfork = 0x4000,
                          kCloneThread = 0x10000;

inline bool opens_pidfd(uint64_t clone_flags) {
  return (clone_flags & kClonePidfd) != 0;
}

// In the child of a call that forks inside the C library.
inline void begin_if_forked() {
  const bool forked = sandboxed() ? *state.gate == Gate::unknown : raw::getpid() != state.pid;
  if (forked) begin_after_fork(has_one_thread());
}

// A child that borrows the parent's memory, thread-local too, until it execs is as one of vfork: what it does
// meanwhile concerns a table of its own.
inline bool borrows_memory(uint64_t clone_flags) {
  return (clone_flags & kCloneMemory) != 0 && (clone_flags & kCloneVfork) != 0;
}

template <typename Call>
auto call_clone(uint64_t flags, Call&& call) {
  if (!borrows_memory(flags)) return call();
  ++thread_state.in_vfork;
  auto result = call();
  --thread_state.in_vfork;
  return result;
}

}  // namespace ajar::agent
