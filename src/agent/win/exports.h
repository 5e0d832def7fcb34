#pragma once

#include <stdint.h>

namespace ajar::agent {

// Where a function is that a loaded library exports; 0 where it doesn't, or isn't loaded. Takes the loader's
// lock: for the thread that ajar starts, and for whoever holds it.
uint64_t export_of(const char* library, const char* function);

}  // namespace ajar::agent
