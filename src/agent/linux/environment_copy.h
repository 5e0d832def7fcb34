#pragma once

#include <stdint.h>

#include "agent/linux/environment.h"

// The environment for a 32-bit program: its loader would complain about a 64-bit agent, where it was silent
// without ajar. The caller gives the memory; what is copied was read before, to be told to ajar.
namespace ajar::agent {

inline bool is_preload(const char* variable) {
  CheckedMemory memory;
  return value_of(variable, "LD_PRELOAD", memory) != nullptr;
}

struct EnvironmentSize {
  uint32_t variables = 0;  // with the null at the end
  uint32_t text = 0;       // bytes that LD_PRELOAD takes, with its NUL
};

inline EnvironmentSize size_of(char* const* environment) {
  EnvironmentSize size{1, 0};
  for (; *environment != nullptr; ++environment) {
    ++size.variables;
    if (!is_preload(*environment)) continue;
    for (const char* c = *environment; *c != 0; ++c) ++size.text;
    ++size.text;
  }
  return size;
}

// Copies LD_PRELOAD=… without the agent. Nothing where no other library is in it.
inline char* copy_without_agent(const char* variable, char*& to) {
  CheckedMemory memory;
  char* const begin = to;
  bool any = false;
  while (*variable != '=') *to++ = *variable++;
  *to++ = *variable++;
  while (*variable != 0) {
    char* const item = to;
    for (; *variable != 0 && *variable != ':' && *variable != ' '; ++variable) *to++ = *variable;
    *to = 0;
    const bool is_agent = holds(item, "libajar-agent.so", memory);
    any = any || (!is_agent && *item != 0);
    if (*variable != 0) *to++ = *variable++;
    if (is_agent) to = item;
  }
  *to++ = 0;
  return any ? begin : nullptr;
}

inline void copy_environment(char* const* environment, char** to, char* text) {
  for (; *environment != nullptr; ++environment) {
    char* const kept = is_preload(*environment) ? copy_without_agent(*environment, text) : *environment;
    if (kept != nullptr) *to++ = kept;
  }
  *to = nullptr;
}

}  // namespace ajar::agent
