#pragma once

#include "agent/linux/shapes.h"

namespace ajar::agent {

// freopen: closes what the stream had, whether it succeeds or not, and opens anew, most often at the same
// number.
struct Freopen {};

template <typename Call, typename AskedFor>
void* hook(Freopen, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&& asked_for,
           const char*, const char*, void* file) {
  if (!begin_call()) return call();
  const int before = descriptor_of_file(file);
  const uint64_t begun = now_before_call();
  void* result = call();
  report_closed(entry, before, begun, false, caller);
  report_opened(OpensFile{}, result, entry, asked_for, caller);
  return result;
}

}  // namespace ajar::agent
