#pragma once

#include "model/ids.h"

namespace ajar::analyze {

// Until when a process's handles are looked at.
struct Ending {
  model::Time at{};
  bool ended = false;     // the process is no more
  bool finished = false;  // by its own exit
  bool killed = false;    // by a signal
};

}  // namespace ajar::analyze
