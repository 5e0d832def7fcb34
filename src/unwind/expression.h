#pragma once

#include <stdint.h>

#include "unwind/cfi_reader.h"
#include "unwind/full_step.h"
#include "unwind/walk.h"

namespace ajar::unwind {

// The value of a DWARF expression of call-frame information (DWARF 5, 2.5 and 6.4.2). `initial`, if any, is
// what lies on its stack in the beginning: the CFA. False where it has an operation that is not allowed here
// or not known, asks for a register that is not known or for memory that is not readable, or takes too long:
// whatever the bytes say, it ends.
bool evaluate(CfiReader expression, const FullRegisters& registers, StackMemory& memory,
              const uint64_t* initial, uint64_t& value);

}  // namespace ajar::unwind
