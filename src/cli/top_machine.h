#pragma once

#include <memory>

#include "top/machine.h"
#include "watch/watch.h"

namespace ajar::cli {

// This machine, as `ajar top` shows it. What tells most costs most: tables are read, and recordings, for a
// tenth of the time at most.
std::unique_ptr<top::Machine> this_machine(std::unique_ptr<watch::Watch> watch);

}  // namespace ajar::cli
