// What ajar calls in a program that it has loaded the agent into while it ran.

#include <stdint.h>

#include "agent/linux/hook.h"
#include "agent/linux/lifecycle.h"

// Records into the session whose folder this is. 0, or the error number for which it can't; called by a
// thread that ajar has stopped and lets run on for this.
AJAR_HOOK int ajar_agent_begin(const char* session_folder) {
  return ajar::agent::begin_injected(session_folder);
}

// For another agent that comes in its place: ends what an ajar that was killed has left.
AJAR_HOOK int ajar_agent_end() {
  return ajar::agent::end_injected();
}
