#pragma once

#include <stdint.h>

#include "wire/wire.h"

namespace ajar::agent::hooks {

// Leads all calls of the catalog that this system has to their hooks. What is not AJAR_BEGUN has changed
// nothing.
ajar_begun enter();

// win32u has been loaded, by the loader, which holds its lock: nobody runs its code yet.
void enter_late_library();

// Leads them back, but for those that others have changed since. Threads that are in a hook find their way
// out by themselves.
void leave();

}  // namespace ajar::agent::hooks
