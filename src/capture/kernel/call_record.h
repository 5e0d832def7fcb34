#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "capture/kernel/copied_stack.h"
#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// A record's parts, which stay where its bytes are.
struct CallRecord {
  ajar_call call{};
  std::span<const std::uint64_t> frames;
  std::span<const std::uint64_t> python;  // two words a frame
  std::string_view payload;
  CopiedStack stack;
};

// Of the bytes of one record, on a multiple of 8. Nothing where they are too few for one; what its lengths
// claim and is not there is left out.
std::optional<CallRecord> parse_record(std::span<const std::byte> bytes);

}  // namespace ajar::capture::kernel
