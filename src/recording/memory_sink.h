#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "recording/sink.h"

namespace ajar::recording {

// A file in memory, on a disk with room for `capacity` bytes.
class MemorySink : public Sink {
 public:
  explicit MemorySink(std::size_t capacity = std::numeric_limits<std::size_t>::max()) : capacity_(capacity) {}

  base::Result<void> write(std::span<const std::byte> bytes) override {
    ++writes_;
    const std::size_t fits = std::min(bytes.size(), capacity_ - bytes_.size());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(fits));
    if (fits < bytes.size()) return base::Error("no space left on the device");
    return {};
  }

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }
  [[nodiscard]] std::uint64_t writes() const { return writes_; }

 private:
  std::size_t capacity_;
  std::vector<std::byte> bytes_;
  std::uint64_t writes_ = 0;
};

}  // namespace ajar::recording
