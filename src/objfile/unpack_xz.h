#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace ajar::objfile {

// Whether this ajar was built with liblzma.
bool has_xz();

// Unpacks an .xz stream, as .gnu_debugdata holds one (the "MiniDebugInfo" of GDB's manual), to at most 256
// MiB; a stream that is not whole, or needs more memory than xz's own presets, is an error. ajar for Windows
// has no liblzma and says so.
base::Result<std::vector<std::byte>> unpack_xz(std::span<const std::byte> packed);

}  // namespace ajar::objfile
