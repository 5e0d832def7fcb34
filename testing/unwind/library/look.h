#pragma once

#include "agent/core/trie.h"
#include "unwind/walk.h"

// One look at the calling thread's stack: by ajar's walker, in the way in which the agent uses it, and by
// libunwind, and what comes of it into the process's result.
namespace ajar::unwinding {

enum class Moment : uint8_t { call, interrupt };

// Neither does anything before begin() has been, or while the thread is looking already.
bool may_look();
void look(const unwind::Registers& from, Moment moment);

// A call of one of the functions that are watched. True when it is time for a look.
bool call_is_due();

// The thread is inside look(): the dynamic linker's list must not be asked for.
bool is_looking();

// Loads libunwind. False: it is not there, or nobody asked for results.
bool begin();

// Around fork: nobody is inside look() while the process is copied.
void before_fork();
void after_fork();

}  // namespace ajar::unwinding
