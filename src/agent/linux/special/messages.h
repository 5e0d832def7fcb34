#pragma once

#include "agent/linux/shapes.h"
#include "calls/received.h"

// recvmsg, recvmmsg and getsockopt: calls that bring descriptors beside what they are for.
namespace ajar::agent {

struct Recvmsg {};
struct Recvmmsg {};
struct Getsockopt {};

inline void report_received(Entry entry, const void* messages, unsigned count,
                            const unwind::Registers& caller) {
  calls::each_received(messages, count, [&](int fd) { report_open(entry, fd, Asked{}, caller); });
}

template <typename Call, typename AskedFor>
int64_t hook(Recvmsg, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int,
             const void* message, int) {
  const bool recorded = begin_call();
  const int64_t result = call();
  if (recorded && result >= 0) report_received(entry, message, 1, caller);
  return result;
}

template <typename Call, typename AskedFor>
int hook(Recvmmsg, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int,
         const void* messages, unsigned, int, void*) {
  const bool recorded = begin_call();
  const int result = call();
  if (recorded && result > 0) report_received(entry, messages, static_cast<unsigned>(result), caller);
  return result;
}

template <typename Call, typename AskedFor>
int hook(Getsockopt, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int, int level,
         int option, void* value, unsigned*) {
  const bool recorded = begin_call();
  const int result = call();
  if (recorded && calls::opens_peer(level, option)) {
    if (result == 0) {
      report_open(entry, *static_cast<const int*>(value), Asked{}, caller);
    } else {
      report_failure(AJAR_EFFECT_OPEN, entry, asked_nothing, caller);
    }
  }
  return result;
}

}  // namespace ajar::agent
