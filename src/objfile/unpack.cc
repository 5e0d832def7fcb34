#include "objfile/unpack.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string>

#include "objfile/unpack_zstd.h"

namespace ajar::objfile {
namespace {

// Debug information shrinks to a third, tables of addresses to a tenth. A claim far beyond that is a trap.
constexpr std::uint64_t kMostGrowth = 100;
constexpr std::uint64_t kAlwaysFine = 1U << 20U;  // bytes

// zlib takes its input as if it wrote to it, which it does not, and at most 4 GiB at a time.
void give(z_stream& z, std::span<const std::byte>& packed) {
  if (z.avail_in != 0) return;
  z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
  z.avail_in = static_cast<uInt>(std::min<std::size_t>(packed.size(), std::numeric_limits<uInt>::max()));
  packed = packed.subspan(z.avail_in);
}

void make_room(z_stream& z, std::span<std::byte>& raw) {
  if (z.avail_out != 0) return;
  z.next_out = reinterpret_cast<Bytef*>(raw.data());
  z.avail_out = static_cast<uInt>(std::min<std::size_t>(raw.size(), std::numeric_limits<uInt>::max()));
  raw = raw.subspan(z.avail_out);
}

bool unpack_zlib(std::span<const std::byte> packed, std::span<std::byte> raw) {
  z_stream z{};
  if (inflateInit(&z) != Z_OK) return false;
  int status = Z_OK;
  while (status == Z_OK) {
    give(z, packed);
    make_room(z, raw);
    status = inflate(&z, Z_NO_FLUSH);
  }
  inflateEnd(&z);
  return status == Z_STREAM_END && z.avail_out == 0 && raw.empty();
}

}  // namespace

base::Result<UnpackedBytes> unpack(Packing packing, std::span<const std::byte> packed, std::uint64_t size) {
  if (size > kAlwaysFine && size / kMostGrowth > packed.size()) {
    return base::Error("claims to hold " + std::to_string(size) + " bytes packed into " +
                       std::to_string(packed.size()) + ", which is not credible");
  }
  UnpackedBytes raw(static_cast<std::size_t>(size));
  switch (packing) {
    case Packing::zlib:
      if (unpack_zlib(packed, raw.bytes())) return raw;
      return base::Error("is packed with zlib, but can't be unpacked: it is damaged");
    case Packing::zstd:
      if (!has_zstd())
        return base::Error("is packed with zstd, which this ajar can't unpack; ajar on Linux can");
      if (unpack_zstd(packed, raw.bytes())) return raw;
      return base::Error("is packed with zstd, but can't be unpacked: it is damaged");
  }
  return base::Error("is packed in a way that ajar does not know (number " +
                     std::to_string(static_cast<std::uint32_t>(packing)) + ")");
}

}  // namespace ajar::objfile
