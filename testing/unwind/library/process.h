#pragma once

#include <stdint.h>

#include "unwind/result.h"

// The process's own result file. A child of fork gets one of its own, a child of vfork writes into its
// parent's.
namespace ajar::unwinding::process {

// False: nobody asked for results.
bool begin();

// nullptr: it can't be made.
Result* result();

// After how many looks they become half as frequent.
uint64_t pace();

}  // namespace ajar::unwinding::process
