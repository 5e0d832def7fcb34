#pragma once

#include <stdint.h>

namespace ajar::agent {

// The stack of whoever called into the agent, as a node of the segment; 0 where there is no room for it. Its
// innermost frame is `call`, the beginning of the system call's own code, which led here instead of doing its
// work. `caller`: who called that.
uint32_t capture_stack(uint64_t call, uint64_t& caller);

// False where there is no memory for it.
bool prepare_stacks();

// For the next segment; while nobody records.
void forget_stacks();

}  // namespace ajar::agent
