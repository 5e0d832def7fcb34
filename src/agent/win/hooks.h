#pragma once

#include <stdint.h>

namespace ajar::agent::hooks {

// Leads all calls of the catalog that this system has to their hooks. False where the process's threads can't
// be made to stand still for it, or there is no memory: then nothing was changed.
bool enter();

// win32u has been loaded, by the loader, which holds its lock: nobody runs its code yet.
void enter_late_library();

// Leads them back. Threads that are in a hook find their way out by themselves.
void leave();

}  // namespace ajar::agent::hooks
