#pragma once

#include <stdint.h>

// Processes that this one makes. ajar enters each before it runs anything of its own, but not before who
// makes it has said that it may run: until then the system has not finished making it.
namespace ajar::agent::children {

// NtCreateUserProcess has succeeded. `flags`: those of its thread.
void was_made(uint64_t process, uint64_t thread, uint64_t flags);

// NtResumeThread is about to be called with this handle.
void about_to_run(uint64_t thread);

}  // namespace ajar::agent::children
