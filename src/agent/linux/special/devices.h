#pragma once

#include "agent/linux/shapes.h"
#include "calls/opening_ioctls.h"

namespace ajar::agent {

// ioctl: the requests of the catalog's table that open something.
struct Ioctl {};

inline void report_ioctl(Entry entry, uint64_t request, const void* argument, int result,
                         const unwind::Registers& caller) {
  const calls::OpeningIoctl* row = calls::opening_ioctl(request);
  if (row == nullptr) return;
  if (result < 0) return report_failure(AJAR_EFFECT_OPEN, entry, asked_nothing, caller);
  report_open(entry, row->descriptor(argument, result), Asked{}, caller);
}

template <typename Call, typename AskedFor>
int hook(Ioctl, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int, uint64_t request,
         void* argument) {
  const bool recorded = begin_call();
  const int result = call();
  if (recorded) report_ioctl(entry, request, argument, result, caller);
  return result;
}

}  // namespace ajar::agent
