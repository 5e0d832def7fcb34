#pragma once

#include <stdint.h>

namespace ajar::agent::hooks {

// Leads all calls of the catalog that this system has to their hooks. What is not `yes` has changed nothing.
enum class Entered : uint32_t {
  yes = 0,
  no_memory = 3,
  never_still = 4,      // the process's threads could not be made to stand still for it
  no_code_allowed = 6,  // the process allows no code that is made at run time
};
Entered enter();

// win32u has been loaded, by the loader, which holds its lock: nobody runs its code yet.
void enter_late_library();

// Leads them back, but for those that others have changed since. Threads that are in a hook find their way
// out by themselves.
void leave();

}  // namespace ajar::agent::hooks
