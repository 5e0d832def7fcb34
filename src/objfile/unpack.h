#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace ajar::objfile {

// How the contents of a section are packed: ELFCOMPRESS_… of the ELF specification's ch_type. Others may
// come.
enum class Packing : std::uint32_t { zlib = 1, zstd = 2 };

class UnpackedBytes {
 public:
  // Their contents are undefined until written.
  explicit UnpackedBytes(std::size_t size)
      : bytes_(std::make_unique_for_overwrite<std::byte[]>(size)), size_(size) {}

  [[nodiscard]] std::span<std::byte> bytes() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_ = 0;
};

// Unpacks what claims to be `size` bytes unpacked. A claim beyond what such data comes to is an error, and so
// is a stream that is not whole or is of another size. ajar for Windows has no zstd and says so.
base::Result<UnpackedBytes> unpack(Packing packing, std::span<const std::byte> packed, std::uint64_t size);

}  // namespace ajar::objfile
