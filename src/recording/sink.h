#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"

namespace ajar::recording {

// Where a recording goes: a file, or memory in a test.
class Sink {
 public:
  virtual ~Sink() = default;

  // Appends all of the bytes, or says why not (then perhaps a part of them is there). Each call is a whole
  // block: after it the recording can be read up to its end.
  virtual base::Result<void> write(std::span<const std::byte> bytes) = 0;
};

}  // namespace ajar::recording
