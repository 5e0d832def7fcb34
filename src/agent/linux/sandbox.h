#pragma once

#include <stdint.h>

#include "agent/core/clock.h"
#include "agent/core/state.h"
#include "agent/linux/segment.h"

// From the moment a program filters its own system calls (seccomp), the agent makes none, for one that the
// program does not make may be its death. What it needs of the system it must know before.
namespace ajar::agent {

inline bool sets_filter_by_prctl(int option) {
  constexpr int kSetSeccomp = 22;
  return option == kSetSeccomp;
}

inline bool sets_filter_by_number(long number,
                                  long first) {  // NOLINT(google-runtime-int): as syscall() has it
  constexpr long kPrctl = 157, kSeccomp = 317, kSetStrict = 0, kSetFilter = 1;
  if (number == kPrctl) return sets_filter_by_prctl(static_cast<int>(first));
  return number == kSeccomp && (first == kSetStrict || first == kSetFilter);
}

// `call` sets the filter; its result is negative where it fails.
template <typename Call>
auto enter_sandbox(Call&& call) {
  if (recording()) {
    if (thread_state.process_number != state.process_number) enter_thread(now());
    claim_all_cells();
    state.trie.claim_all();
  }
  // A vfork child has the parent's memory, and a filter of its own.
  volatile bool& entered = thread_state.in_vfork != 0 ? thread_state.vfork_sandboxed : state.sandboxed;
  const bool before = entered;
  entered = true;
  const auto result = call();
  if (result < 0) entered = before;
  return result;
}

// Whether this program's system calls have been filtered since the session began, whose folder this is: then
// it was started in a sandbox. Makes no call that loading a program does not make.
bool started_in_sandbox(const char* session_folder);

}  // namespace ajar::agent
