#pragma once

#include <cstdint>

#include "base/error.h"

namespace ajar::capture::kernel {

// Why that process can't be traced, when the kernel said `error` (an errno) to it: whoever traces it already,
// whose it is, what keeps tracers out.
base::Error why_not_traced(std::int64_t pid, int error);

}  // namespace ajar::capture::kernel
