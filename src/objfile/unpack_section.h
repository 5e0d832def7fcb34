#pragma once

#include "base/result.h"
#include "objfile/elf.h"
#include "objfile/unpack.h"

namespace ajar::objfile {

// The contents of a section that says itself how it is packed (SHF_COMPRESSED).
base::Result<UnpackedBytes> unpack_section(const ElfFile& elf, const ElfSection& section);

}  // namespace ajar::objfile
