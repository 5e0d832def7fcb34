#pragma once

#include <stdint.h>

#include "calls/call_rows.h"
#include "unwind/walk.h"

// System calls that a program makes by their numbers: told from the rows of linux_calls.def.
namespace ajar::agent {

// One that was made: with its arguments, and the time before it.
struct NumberedCall {
  const calls::CallRow* row;
  uint64_t arguments[6];
  uint64_t begun;
};

// nullptr where there is no row for it, or nothing that the agent could tell.
const calls::CallRow* numbered_call(int64_t number);

// `result` is what syscall() returned; -1 with errno.
void report_by_number(const NumberedCall& made, int64_t result, const unwind::Registers& caller);

}  // namespace ajar::agent
