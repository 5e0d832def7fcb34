#pragma once

#include <link.h>
#include <stddef.h>

namespace ajar::agent {

// A function that a hook stands in front of: what the program would call without the agent.
struct RealFunction {
  const char* name;
  void* address;
};

// Finds those that are not found yet in the modules that follow the agent in the dynamic linker's order (what
// RTLD_NEXT means), or where it came last, by injection, in those that follow the program; in their default
// versions. Not through dlsym, whose version in the C library would tie
// the agent to the newest one, and which may allocate.
void resolve(RealFunction* functions, size_t count);

// Whether the module is the agent itself, and whether it is the program.
bool is_agent(const dl_phdr_info& info);
bool is_program(const dl_phdr_info& info);

}  // namespace ajar::agent
