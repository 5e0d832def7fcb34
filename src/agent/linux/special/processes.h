#pragma once

#include "agent/core/clock.h"
#include "agent/linux/announce.h"
#include "agent/linux/processes.h"
#include "agent/linux/shapes.h"

// Calls that make processes beside what they do to descriptors. Those that do nothing to them are in
// process_hooks.cc and vfork.S.
namespace ajar::agent {

struct Clone {};
struct Daemon {};
struct Popen {};

// The child of a clone that shares no memory finds out by itself, at its first call, that it is one.
template <typename Call, typename AskedFor>
int hook(Clone, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*, void*,
         int given_flags, void*, int* parent_tid, void*, void*) {
  const auto flags = static_cast<unsigned>(given_flags);
  const bool recorded = begin_call();
  const uint64_t before = now_before_call();
  const int child = call_clone(flags, call);
  if (child > 0 && (flags & kCloneThread) == 0 && announcing()) {
    announce_child(borrows_memory(flags) ? AJAR_CHILD_VFORK : AJAR_CHILD_CLONE, child, before);
  }
  if (recorded && child > 0 && opens_pidfd(flags)) report_open(entry, *parent_tid, Asked{}, caller);
  return child;
}

template <typename Call, typename AskedFor>
int hook(Daemon, Entry, const unwind::Registers&, Call&& call, AskedFor&&, int, int) {
  begin_call();
  const int result = call();
  if (result == 0) begin_if_forked();
  return result;
}

template <typename Call, typename AskedFor>
void* hook(Popen, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&& asked_for,
           const char*, const char*) {
  const bool recorded = begin_call();
  announce_shell();
  void* result = call();
  if (recorded) report_opened(OpensFile{}, result, entry, asked_for, caller);
  return result;
}

}  // namespace ajar::agent
