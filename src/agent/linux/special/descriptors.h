#pragma once

#include "agent/linux/shapes.h"

// fcntl, signalfd, connect: calls that open for some arguments only, or tell of what is open.
namespace ajar::agent {

struct Fcntl {};
struct Signalfd {};
struct Connect {};

inline bool duplicates(int fcntl_command) {
  constexpr int kDuplicate = 0, kDuplicateCloseOnExec = 1030;
  return fcntl_command == kDuplicate || fcntl_command == kDuplicateCloseOnExec;
}

template <typename Call, typename AskedFor>
int hook(Fcntl, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int fd, int command,
         void*) {
  const bool recorded = begin_call();
  const int result = call();
  if (recorded && duplicates(command)) report_duplicated(entry, fd, result, caller);
  return result;
}

// With a descriptor it changes that one.
template <typename Call, typename AskedFor>
int hook(Signalfd, Entry entry, const unwind::Registers& caller, Call&& call, AskedFor&&, int fd, const void*,
         int) {
  const bool recorded = begin_call();
  const int result = call();
  if (recorded && fd == -1) report_opened(OpensFd{}, result, entry, asked_nothing, caller);
  return result;
}

template <typename Call, typename AskedFor>
int hook(Connect, Entry entry, const unwind::Registers&, Call&& call, AskedFor&&, int fd, const void* address,
         unsigned length) {
  const bool recorded = begin_call();
  const int result = call();
  if (recorded && (result == 0 || error_number() == kInProgress)) report_peer(entry, fd, address, length);
  return result;
}

}  // namespace ajar::agent
