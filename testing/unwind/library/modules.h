#pragma once

#include <link.h>
#include <stddef.h>
#include <stdint.h>

#include "unwind/cfi.h"

// The code that is mapped in the process, as it was at the last look: a copy that a signal handler may read
// while the dynamic linker is at work.
namespace ajar::unwinding::modules {

struct Module {
  dl_phdr_info info;  // its name and program headers are copies, too
  uint64_t begin, end;
  unwind::CallFrameInfo frames;
  uint64_t name_hash;
};

// Makes a new copy where modules came or went. True when some went. Not in a signal handler.
bool refresh();

// There is a copy.
bool known();

// nullptr: in none.
const Module* at(uint64_t pc);

// As dl_iterate_phdr, over the copy.
int iterate(int (*callback)(dl_phdr_info*, size_t, void*), void* data);

}  // namespace ajar::unwinding::modules
