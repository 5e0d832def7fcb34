#pragma once

#include "agent/linux/processes.h"
#include "agent/linux/shapes.h"

// openpty, forkpty and login_tty.
namespace ajar::agent {

struct Openpty {};
struct Forkpty {};
struct LoginTty {};

template <typename Call, typename AskedFor>
int hook(Openpty, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int* master,
         int* slave, char*, const void*, const void*) {
  const bool recorded = begin_call();
  const int result = call();
  if (!recorded) return result;
  if (result != 0) {
    report_failure(AJAR_EFFECT_PAIR, entry, asked_nothing, caller);
  } else {
    report_pair(entry, *master, *slave, Asked{}, caller);
  }
  return result;
}

template <typename Call, typename AskedFor>
int hook(Forkpty, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int* master, char*,
         const void*, const void*) {
  const bool recorded = begin_call();
  const int child = call();
  if (child == 0) {
    begin_if_forked();
  } else if (recorded) {
    if (child < 0) {
      report_failure(AJAR_EFFECT_OPEN, entry, asked_nothing, caller);
    } else {
      report_open(entry, *master, Asked{}, caller);
    }
  }
  return child;
}

// The terminal becomes the three standard streams, and its own descriptor is closed.
template <typename Call, typename AskedFor>
int hook(LoginTty, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int fd) {
  constexpr int kLastStream = 2;
  if (!begin_call()) return call();
  const uint64_t begun = now_before_call();
  const int result = call();
  if (result != 0) return result;
  for (int stream = 0; stream <= kLastStream; ++stream) report_replaced(entry, fd, stream, begun, caller);
  if (fd > kLastStream) report_closed(entry, fd, begun, false, caller);
  return result;
}

}  // namespace ajar::agent
