#pragma once

#include <link.h>
#include <stdint.h>

#include "unwind/cfi.h"

namespace ajar::agent {

// Where a module lies, and its call-frame information: empty where it has no header, or one outside itself.
struct MappedCode {
  uint64_t begin = ~uint64_t{0};  // not before `end` where nothing is loaded
  uint64_t end = 0;
  unwind::CallFrameInfo frames;
};

// By its program headers.
inline MappedCode mapped_code(const dl_phdr_info& info) {
  MappedCode code;
  uint64_t header = 0;
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info.dlpi_phdr[i];
    const uint64_t at = info.dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_GNU_EH_FRAME) header = at;
    if (segment.p_type != PT_LOAD) continue;
    if (at < code.begin) code.begin = at;
    if (at + segment.p_memsz > code.end) code.end = at + segment.p_memsz;
  }
  if (header >= code.begin && header < code.end) {
    code.frames.header = reinterpret_cast<const uint8_t*>(header);
    code.frames.begin = reinterpret_cast<const uint8_t*>(code.begin);
    code.frames.end = reinterpret_cast<const uint8_t*>(code.end);
  }
  return code;
}

}  // namespace ajar::agent
