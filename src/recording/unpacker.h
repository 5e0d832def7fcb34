#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "recording/block_scanner.h"
#include "recording/zlib_stream.h"

namespace ajar::recording {

// Gives blocks' payloads as they were before they were packed. Not for two threads at a time.
class Unpacker {
 public:
  // Of a block of the recording that `bytes` are; none where it does not unpack. It stays until the next
  // call.
  std::optional<std::span<const std::byte>> payload(std::span<const std::byte> bytes, const Block& block);

 private:
  Inflater inflater_;
  std::vector<std::byte> unpacked_;
};

}  // namespace ajar::recording
