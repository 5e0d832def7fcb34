#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "model/ids.h"

namespace ajar::recording {

// Where a recording goes: a file, or memory in a test.
class Sink {
 public:
  virtual ~Sink() = default;

  // Appends all of the bytes, or says why not (then perhaps a part of them is there). Each call is a whole
  // block: after it the recording can be read up to its end.
  virtual base::Result<void> write(std::span<const std::byte> bytes) = 0;

  // With the next write a segment begins, at that time of the recording: what stands before it, but for the
  // file's header, may be dropped, and the rest can be read.
  virtual base::Result<void> segment_begins(model::Time /*time*/) { return {}; }
};

}  // namespace ajar::recording
