#include "recording/block.h"

#include <zlib.h>

#include <algorithm>

#include "base/byte_reader.h"
#include "recording/byte_writer.h"

namespace ajar::recording {
namespace {

bool begins_with(std::span<const std::byte> bytes, std::span<const std::uint8_t> wanted) {
  return bytes.size() >= wanted.size() &&
         std::ranges::equal(bytes.first(wanted.size()), std::as_bytes(wanted));
}

// Whether the last four of `bytes` are the checksum of those before.
bool sealed(std::span<const std::byte> bytes) {
  base::ByteReader seal(bytes.last(4));
  return seal.read<std::uint32_t>() == crc32(bytes.first(bytes.size() - 4));
}

}  // namespace

std::uint32_t crc32(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

void write_block_header(const BlockHeader& header, std::vector<std::byte>& out) {
  ByteWriter bytes;
  bytes.write_bytes(std::as_bytes(std::span(kMarker)));
  bytes.write(header.type);
  bytes.write(header.flags);
  bytes.write(std::uint16_t{0});
  bytes.write(header.stored);
  bytes.write(header.raw);
  bytes.write(std::int64_t{header.time.count()});
  bytes.write(header.payload_crc);
  bytes.write(crc32(bytes.bytes()));
  out.insert(out.end(), bytes.bytes().begin(), bytes.bytes().end());
}

std::optional<BlockHeader> read_block_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kBlockHeaderSize || !begins_with(bytes, kMarker)) return {};
  bytes = bytes.first(kBlockHeaderSize);
  if (!sealed(bytes)) return {};
  base::ByteReader in(bytes);
  in.skip(kMarker.size());
  BlockHeader header;
  header.type = in.read<std::uint8_t>();
  header.flags = in.read<std::uint8_t>();
  in.skip(2);
  header.stored = in.read<std::uint32_t>();
  header.raw = in.read<std::uint32_t>();
  header.time = model::Time(in.read<std::int64_t>());
  header.payload_crc = in.read<std::uint32_t>();
  if (header.stored > kMaxPayload || header.raw > kMaxPayload) return {};
  return header;
}

std::vector<std::byte> file_header() {
  ByteWriter bytes;
  bytes.write_bytes(std::as_bytes(std::span(kMagic)));
  bytes.write(kMajor);
  bytes.write(kMinor);
  bytes.write(crc32(bytes.bytes()));
  return {bytes.bytes().begin(), bytes.bytes().end()};
}

std::optional<Version> read_file_header(std::span<const std::byte> bytes) {
  if (bytes.size() < kFileHeaderSize || !begins_with(bytes, kMagic)) return {};
  bytes = bytes.first(kFileHeaderSize);
  if (!sealed(bytes)) return {};
  base::ByteReader in(bytes);
  in.skip(kMagic.size());
  Version version;
  version.major = in.read<std::uint16_t>();
  version.minor = in.read<std::uint16_t>();
  return version;
}

}  // namespace ajar::recording
