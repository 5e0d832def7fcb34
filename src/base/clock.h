#pragma once

#include <chrono>
#include <cstdint>

namespace ajar::base {

// Nanoseconds by a clock that never goes back and that all processes share: on Linux CLOCK_MONOTONIC, on
// Windows the performance counter, since the machine was started.
inline std::uint64_t monotonic_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

}  // namespace ajar::base
