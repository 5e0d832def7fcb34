#pragma once

#include <cstddef>
#include <span>

#include "base/error.h"

namespace ajar::recording {

// Why a file that does not begin as a recording is none, with what it looks like instead.
base::Error foreign_file(std::span<const std::byte> bytes);

}  // namespace ajar::recording
