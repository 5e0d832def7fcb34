#pragma once

#include <stdint.h>

#include "agent/linux/checked_memory.h"
#include "wire/wire.h"

// What a program's environment (NAME=VALUE …) says.
namespace ajar::agent {

// The value of `variable` where it is that of `name`, otherwise nullptr.
inline const char* value_of(const char* variable, const char* name, CheckedMemory& memory) {
  for (; *name != 0; ++name, ++variable) {
    if (!memory.can_read(variable) || *variable != *name) return nullptr;
  }
  return memory.can_read(variable) && *variable == '=' ? variable + 1 : nullptr;
}

// Whether `text` holds `part`.
inline bool holds(const char* text, const char* part, CheckedMemory& memory) {
  for (; memory.can_read(text) && *text != 0; ++text) {
    uint32_t i = 0;
    while (part[i] != 0 && memory.can_read(text + i) && text[i] == part[i]) ++i;
    if (part[i] == 0) return true;
  }
  return false;
}

// What there is of the agent for a program that is started with it: AJAR_ENVIRONMENT_…
inline ajar_u8 agent_in(char* const* environment, CheckedMemory& memory) {
  unsigned found = 0;
  for (; environment != nullptr && memory.can_read(environment) && *environment != nullptr; ++environment) {
    const char* preload = value_of(*environment, "LD_PRELOAD", memory);
    if (preload != nullptr && holds(preload, "libajar-agent.so", memory)) found |= AJAR_ENVIRONMENT_AGENT;
    const char* session = value_of(*environment, "AJAR_SESSION", memory);
    if (session != nullptr && *session != 0) found |= AJAR_ENVIRONMENT_SESSION;
  }
  return static_cast<ajar_u8>(found);
}

}  // namespace ajar::agent
