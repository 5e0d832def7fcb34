#pragma once

#include <stdint.h>

#include "agent/core/os.h"
#include "agent/core/state.h"

namespace ajar::agent {

// Reads memory whose address the program made up, for a call that has not been made yet: where the kernel
// would answer EFAULT, this says no. Asks once for each page.
class CheckedMemory {
 public:
  bool can_read(const void* at) {
    const uint64_t page = reinterpret_cast<uint64_t>(at) & ~uint64_t{4095};
    if (page == good_ || page == good_before_) return true;
    // In a sandbox nothing can be asked; what calls there is a program that knows what it does.
    if (!sandboxed() && !os::readable(page)) return false;
    good_before_ = good_;
    good_ = page;
    return true;
  }

  // A text's characters up to its NUL, at most `size`, into `to`. Their number, or -1.
  int64_t copy_text(const char* text, char* to, uint32_t size) {
    for (uint32_t i = 0; i < size; ++i) {
      if (!can_read(text + i)) return -1;
      if (text[i] == 0) return i;
      to[i] = text[i];
    }
    return size;
  }

 private:
  uint64_t good_ = 1, good_before_ = 1;
};

}  // namespace ajar::agent
