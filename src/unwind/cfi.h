#pragma once

#include <stdint.h>

#include "unwind/cfi_entries.h"
#include "unwind/table.h"

namespace ajar::unwind {

// The call-frame information of one mapped module: its .eh_frame_hdr (what PT_GNU_EH_FRAME points to), as it
// lies in memory, and where the module's own mapping begins and ends: nothing outside it is read.
// `sections` are looked through, from their beginning, for what the header's table does not have: a .eh_frame
// without a header, .debug_frame. Their addresses are `load_bias` below those where the code lies.
struct CallFrameInfo {
  const uint8_t* header = nullptr;
  const uint8_t* begin = nullptr;
  const uint8_t* end = nullptr;
  const CfiSection* sections = nullptr;
  uint32_t section_count = 0;
  uint64_t load_bias = 0;
};

// The rule at `pc` (an address in memory; for a caller's frame, the address of the call: one less than the
// return address). AJAR_CFA_NONE where the module has no information for it, or none that can be read;
// AJAR_CFA_EXOTIC where a rule cannot say it. Freestanding; reads only the module's mapping, allocates
// nothing, may be called by any thread and in a signal handler. Formats: DWARF 5, section 6.4; Linux Standard
// Base Core 5.0, 'Exception Frames' (.eh_frame, .eh_frame_hdr).
ajar_rule find_rule(const CallFrameInfo& info, uint64_t pc);

// The FDE that covers an address, with what belongs to it.
struct CodeFrames {
  CfiSection section;
  Cie cie;
  Fde fde;
  uint64_t pc = 0;  // the address, as the FDE has it
};
bool find_frames(const CallFrameInfo& info, uint64_t pc, CodeFrames& found);

}  // namespace ajar::unwind
