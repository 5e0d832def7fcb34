#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"

namespace ajar::platform {

// A file's bytes, read-only, as long as they were when it was opened. It needs no descriptor while it is
// open. An empty file has no bytes and is fine. The file may be deleted or replaced meanwhile: its bytes
// stay. If someone else cuts it short instead, what was cut reads as zeros (on Windows it can't be cut).
// Somebody who writes into it is seen to.
class MappedFile {
 public:
  // Only regular files, and on Linux nothing else is so much as opened; the error begins with the path.
  static base::Result<MappedFile> open(const std::string& path);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

}  // namespace ajar::platform
