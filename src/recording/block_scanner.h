#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "model/source.h"
#include "recording/block.h"

namespace ajar::recording {

// Whether the bytes are all there will ever be.
enum class File : std::uint8_t { whole, growing };

struct Block {
  std::uint64_t offset = 0;  // of its header
  BlockHeader header;

  [[nodiscard]] std::uint64_t end() const { return offset + header.block_bytes(); }
};

// Walks over a recording's blocks, and over what is damaged, which it counts.
//
// A header has a checksum of its own. Where it holds, the block's length can be trusted: a payload that is
// not what it was is skipped as a whole. Where it does not hold, what follows is searched for the next marker
// with a header that does. So every byte is looked at a bounded number of times, whatever the bytes are.
class BlockScanner {
 public:
  // The next undamaged block. None at the end of the bytes; then, if the file is growing, the call may be
  // made again with more bytes after the same ones, and goes on with the block that was not whole yet.
  std::optional<Block> next(std::span<const std::byte> bytes, File file);

  // As far as blocks have been found or skipped.
  [[nodiscard]] std::uint64_t position() const { return position_; }

  // Counts bytes as damaged; those next to others count as one place with them.
  void add_damage(std::uint64_t offset, std::uint64_t bytes);
  void add_unknown_block() { ++damage_.unknown_blocks; }
  [[nodiscard]] const model::Damage& damage() const { return damage_; }

 private:
  void skip(std::uint64_t bytes);

  std::uint64_t position_ = kFileHeaderSize;
  model::Damage damage_;
  std::uint64_t damage_end_ = 0;
};

}  // namespace ajar::recording
