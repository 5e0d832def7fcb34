#pragma once

#include "agent/linux/processes.h"
#include "agent/linux/shapes.h"

// clone and daemon. fork and vfork are in hooks.cc and vfork.S.
namespace ajar::agent {

struct Clone {};
struct Daemon {};

template <typename Call, typename AskedFor>
int hook(Clone, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, void*, void*,
         int flags, void*, int* parent_tid, void*, void*) {
  const bool recorded = begin_call();
  const int child = call_clone(static_cast<unsigned>(flags), call);
  if (recorded && child > 0 && opens_pidfd(static_cast<unsigned>(flags))) {
    report_open(entry, *parent_tid, Asked{}, caller);
  }
  return child;
}

template <typename Call, typename AskedFor>
int hook(Daemon, Entry, const unwind::Registers&, Call&& call, AskedFor&&, int, int) {
  begin_call();
  const int result = call();
  if (result == 0) begin_if_forked();
  return result;
}

}  // namespace ajar::agent
