#pragma once

#include <cstdint>

namespace ajar::platform {

// What this process has cost so far. Linux.
struct OwnUsage {
  double cpu_s = 0;  // user and system, of all threads
  std::uint64_t resident_bytes = 0;
  double started_unix_s = 0;  // by the wall clock as it was at the first question

  static OwnUsage now();
};

}  // namespace ajar::platform
