#pragma once

#include <elf.h>

// What the kernel told the program at its start; as the C library declares it.
extern "C" unsigned long getauxval(unsigned long type);  // NOLINT(google-runtime-int)
