#include "objfile/unpack_xz.h"

namespace ajar::objfile {

bool has_xz() {
  return false;
}

base::Result<std::vector<std::byte>> unpack_xz(std::span<const std::byte> /*packed*/) {
  return base::Error("is packed with xz, which this ajar can't unpack; ajar on Linux can");
}

}  // namespace ajar::objfile
