#pragma once

#include <functional>

#include "base/result.h"

namespace ajar::capture::inject {

// Does it in a process of its own, which goes on when ajar is killed: what it has stopped would otherwise run
// on as it happened to be. No signal of a terminal reaches it.
base::Result<void> in_process_of_its_own(const std::function<base::Result<void>()>& action);

}  // namespace ajar::capture::inject
