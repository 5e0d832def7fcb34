#pragma once

#include <stddef.h>
#include <stdint.h>

#include "unwind/table.h"

namespace ajar::unwind {

// The call-frame information of one mapped module: its .eh_frame_hdr (what PT_GNU_EH_FRAME points to), as it
// lies in memory, and where the module's own mapping begins and ends: nothing outside it is read.
struct CallFrameInfo {
  const uint8_t* header = nullptr;
  const uint8_t* begin = nullptr;
  const uint8_t* end = nullptr;
};

// The rule at `pc` (an address in memory; for a caller's frame, the address of the call: one less than the
// return address). AJAR_CFA_NONE where the module has no information for it or only such as a rule cannot
// say. Freestanding; reads only the module's mapping, allocates nothing, may be called by any thread and in a
// signal handler. Formats: DWARF 5, section 6.4; Linux Standard Base Core 5.0, 'Exception Frames' (.eh_frame,
// .eh_frame_hdr).
ajar_rule find_rule(const CallFrameInfo& info, uint64_t pc);

}  // namespace ajar::unwind
