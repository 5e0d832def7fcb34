#pragma once

#include <cstdint>

namespace ajar::platform {

// Which signals are blocked in a thread, and which the process ignores: what a program that is started gets
// from the one that starts it. Bit N-1 stands for signal N.
struct SignalState {
  std::uint64_t blocked = 0;
  std::uint64_t ignored = 0;

  // Of the calling thread and its process. ajar asks before it changes any.
  static SignalState current();

  bool operator==(const SignalState&) const = default;
};

}  // namespace ajar::platform
