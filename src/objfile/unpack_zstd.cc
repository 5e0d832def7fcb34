#include "objfile/unpack_zstd.h"

#include <zstd.h>

namespace ajar::objfile {

bool has_zstd() {
  return true;
}

bool unpack_zstd(std::span<const std::byte> packed, std::span<std::byte> raw) {
  return ZSTD_decompress(raw.data(), raw.size(), packed.data(), packed.size()) == raw.size();
}

}  // namespace ajar::objfile
