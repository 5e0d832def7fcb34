#include "recording/block_scanner.h"

#include <algorithm>

namespace ajar::recording {
namespace {

// How far it is to the next marker, from the second byte on. Where there is none: to the end, less what may
// be the beginning of one. `bytes` are as many as a header at least.
std::size_t distance_to_marker(std::span<const std::byte> bytes) {
  const auto marker = std::as_bytes(std::span(kMarker));
  const auto found = std::ranges::search(bytes.subspan(1), marker);
  if (!found.empty()) return static_cast<std::size_t>(found.begin() - bytes.begin());
  return bytes.size() - (marker.size() - 1);
}

}  // namespace

std::optional<Block> BlockScanner::next(std::span<const std::byte> bytes, File file) {
  for (;;) {
    const auto rest =
        bytes.subspan(static_cast<std::size_t>(std::min<std::uint64_t>(position_, bytes.size())));
    if (rest.size() < kBlockHeaderSize) {
      if (file == File::whole && !rest.empty()) skip(rest.size());
      return {};
    }
    const std::optional<BlockHeader> header = read_block_header(rest);
    if (header && header->stored <= rest.size() - kBlockHeaderSize) {
      const Block block{.offset = position_, .header = *header};
      if (crc32(rest.subspan(kBlockHeaderSize, header->stored)) == header->payload_crc) {
        position_ = block.end();
        return block;
      }
      skip(header->block_bytes());
    } else if (header && file == File::growing) {
      return {};
    } else {
      skip(distance_to_marker(rest));
    }
  }
}

void BlockScanner::add_damage(std::uint64_t offset, std::uint64_t bytes) {
  damage_.bytes += bytes;
  if (damage_.places == 0 || damage_end_ != offset) ++damage_.places;
  damage_end_ = offset + bytes;
}

void BlockScanner::skip(std::uint64_t bytes) {
  add_damage(position_, bytes);
  position_ += bytes;
}

}  // namespace ajar::recording
