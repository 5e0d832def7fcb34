#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"

namespace ajar::recording {

struct FileStart {
  bool damaged = false;  // the header is not what it was, but a recording's first block stands behind it
};

// Refuses, in words, what is no recording or one of a later major version.
base::Result<FileStart> check_file_start(std::span<const std::byte> bytes);

}  // namespace ajar::recording
