#pragma once

#include <stdint.h>

#include "agent/linux/announce.h"
#include "agent/linux/checked_memory.h"

namespace ajar::agent {

inline constexpr uint32_t kLongestPath = 4096;

// Writes where a program lies, as far as its name tells: absolute, and of one that is looked for in PATH the
// file that will be found. Returns its length, at most kLongestPath; 0 where it can't be told.
uint32_t write_path(const NewProgram& program, CheckedMemory& memory, char* to);

// Whether that is a program of 32 bits, into which the agent can't be loaded.
bool is_32_bit(const NewProgram& program);

}  // namespace ajar::agent
