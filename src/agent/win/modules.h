#pragma once

#include <stdint.h>

#include "agent/win/nt.h"

// The code that is loaded in this process: for walking stacks, and announced to ajar as it comes and goes.
// The agent keeps a list of its own since asking the loader's takes its lock, for which some thread may wait
// that holds another one.
namespace ajar::agent::modules {

struct Module {
  uint64_t base, end;
  uint32_t generation;  // names it in records, from 1
  uint32_t functions_count;
  const RUNTIME_FUNCTION* functions;  // its exception table, sorted by address; null: none
  volatile uint32_t gone;
};

// Reads the loader's list and announces what is in it, and hears of what comes later.
void start();
void stop();

// The module that an address is in; null for none.
const Module* find(uint64_t pc);

// The row of the exception table; null for a leaf function, or one that has none.
const RUNTIME_FUNCTION* function_at(const Module& module, uint64_t pc);

}  // namespace ajar::agent::modules
