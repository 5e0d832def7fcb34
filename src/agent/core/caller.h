#pragma once

#include <stdint.h>

#include "unwind/walk.h"

// Where the function in which this stands was called from. The frame address makes the compiler keep a frame
// pointer in it: the caller's is saved at it, the return address lies after that.
#define AJAR_CALLER                                                  \
  ajar::unwind::Registers {                                          \
    reinterpret_cast<uint64_t>(__builtin_return_address(0)),         \
        reinterpret_cast<uint64_t>(__builtin_frame_address(0)) + 16, \
        *static_cast<const uint64_t*>(__builtin_frame_address(0))    \
  }
