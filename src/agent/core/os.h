#pragma once

#include <stdint.h>

// What the core asks of the system. None of it allocates, opens a descriptor that stays, or changes errno. In
// a process whose system calls are filtered it makes none, and knows less.
namespace ajar::agent::os {

void sleep_ns(uint64_t ns);

// Whether the 8 bytes at an 8-aligned address can be read. A system call.
bool readable(uint64_t address);

uint32_t thread_id();  // 0: not known
// Whether the calling thread's descriptor table is the main thread's. False where that cannot be found out.
bool shares_main_table();
// Up to 15 characters and a NUL.
void thread_name(char (&name)[16]);
// The end of the calling thread's stack.
uint64_t stack_high(uint64_t sp);

}  // namespace ajar::agent::os
