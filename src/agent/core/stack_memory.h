#pragma once

#include <stdint.h>

#include "agent/core/os.h"
#include "unwind/walk.h"

namespace ajar::agent {

// Unknown ground (a coroutine's stack, a signal stack): page after page is asked for.
inline bool extend_by_page(unwind::StackMemory& memory, uint64_t address) {
  constexpr uint64_t kPage = 4096;
  if (address < memory.low || address - memory.low > (uint64_t{8} << 20U)) return false;
  while (memory.high < address + 8) {
    if (!os::readable(memory.high)) return false;
    memory.high = (memory.high & ~(kPage - 1)) + kPage;
  }
  return true;
}

// What a walk from `caller` may read, in a thread whose own stack ends at `high`.
inline unwind::StackMemory stack_of(const unwind::Registers& caller, uint64_t high) {
  constexpr uint64_t kLargestStack = uint64_t{512} << 20U;
  if (caller.sp < high && high - caller.sp < kLargestStack) return {caller.sp - 16, high, extend_by_page};
  const uint64_t page = caller.sp & ~uint64_t{4095};
  return {page, page, extend_by_page};
}

}  // namespace ajar::agent
