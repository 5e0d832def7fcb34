#pragma once

#include <stdint.h>

#include "calls/numbers.h"

// What the arguments of system calls say that are made by their numbers. Numbers and constants: Linux'
// include/uapi.
namespace ajar::calls {

inline bool bpf_opens(uint64_t command) {
  // MAP_CREATE, PROG_LOAD, OBJ_GET, PROG_GET_FD_BY_ID, MAP_GET_FD_BY_ID, RAW_TRACEPOINT_OPEN, BTF_LOAD,
  // BTF_GET_FD_BY_ID, LINK_CREATE, LINK_GET_FD_BY_ID, ENABLE_STATS, ITER_CREATE, TOKEN_CREATE
  constexpr uint8_t kCommands[] = {0, 5, 7, 13, 14, 17, 18, 19, 28, 30, 32, 33, 36};
  for (const uint8_t opens : kCommands) {
    if (command == opens) return true;
  }
  return false;
}

// For the rows of linux_calls.def with the effect OPENS_IF: whether the result is a new descriptor.
inline bool opens_result(uint16_t number, const uint64_t (&arguments)[6]) {
  constexpr uint16_t kSignalfd = 282, kSignalfd4 = 289, kSeccomp = 317, kBpf = 321, kCreateRuleset = 444;
  constexpr uint32_t kSetFilter = 1, kNewListener = 8;
  switch (number) {
    case kSignalfd:
    case kSignalfd4:
      return static_cast<int>(arguments[0]) == -1;
    case kSeccomp:
      return static_cast<uint32_t>(arguments[0]) == kSetFilter && (arguments[1] & kNewListener) != 0;
    case kBpf:
      return bpf_opens(static_cast<uint32_t>(arguments[0]));
    case kCreateRuleset:
      return static_cast<uint32_t>(arguments[2]) == 0;  // otherwise it answers a question
    default:
      return false;
  }
}

// What fork, vfork, clone and clone3 were asked for.
struct CloneRequest {
  uint64_t flags;
  const int* pidfd;
};
inline CloneRequest clone_request(uint16_t number, const uint64_t (&arguments)[6]) {
  constexpr uint64_t kMemoryAndVfork = 0x4100;
  if (number == kVfork) return {kMemoryAndVfork, nullptr};
  if (number == kClone) return {arguments[0], reinterpret_cast<const int*>(arguments[2])};
  if (number != kClone3) return {0, nullptr};
  const auto* request = reinterpret_cast<const uint64_t*>(arguments[0]);  // struct clone_args
  return {request[0], reinterpret_cast<const int*>(request[1])};
}

}  // namespace ajar::calls
