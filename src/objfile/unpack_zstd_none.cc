#include "objfile/unpack_zstd.h"

namespace ajar::objfile {

bool has_zstd() {
  return false;
}

bool unpack_zstd(std::span<const std::byte> /*packed*/, std::span<std::byte> /*raw*/) {
  return false;
}

}  // namespace ajar::objfile
