#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "platform/win_nt.h"

namespace ajar::platform::win {

// What another process has in memory, as it is at the moment of each call.
class ProcessMemory {
 public:
  struct Range {
    std::uint64_t begin = 0, size = 0;  // bytes
  };

  // The error says what is in the way.
  static base::Result<ProcessMemory> open(std::int64_t pid);

  // What it can read itself, ascending. What it keeps from itself (guard pages) is left out.
  [[nodiscard]] std::vector<Range> ranges() const;

  // Pages that are not there any more read as zeros: how many bytes are so.
  std::size_t read(std::uint64_t begin, std::span<std::byte> into) const;

 private:
  explicit ProcessMemory(OwnedHandle process) : process_(std::move(process)) {}

  OwnedHandle process_;
};

}  // namespace ajar::platform::win
