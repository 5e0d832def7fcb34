#pragma once

#include <cstdint>

#include "model/ids.h"

namespace ajar::model {

// How many handles a process had open at a moment.
struct CountSample {
  ProcessId process;
  Time time{};
  std::uint64_t handles = 0;

  bool operator==(const CountSample&) const = default;
};

}  // namespace ajar::model
