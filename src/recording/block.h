#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/ids.h"
#include "recording/format.h"

namespace ajar::recording {

// What stands before each payload.
struct BlockHeader {
  std::uint8_t type = 0;  // BlockType, or what a later version added to it
  std::uint8_t flags = 0;
  std::uint32_t stored = 0;  // bytes of the payload in the file
  std::uint32_t raw = 0;     // bytes of the payload unpacked
  model::Time time{};        // of the latest thing recorded up to the end of the block
  std::uint32_t payload_crc = 0;

  [[nodiscard]] bool is(BlockType wanted) const { return type == static_cast<std::uint8_t>(wanted); }
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
  [[nodiscard]] std::uint64_t block_bytes() const { return kBlockHeaderSize + std::uint64_t{stored}; }
};

std::uint32_t crc32(std::span<const std::byte> bytes);

// Appends the header's 32 bytes.
void write_block_header(const BlockHeader& header, std::vector<std::byte>& out);

// None unless the bytes begin with a whole, undamaged header that keeps the limits.
std::optional<BlockHeader> read_block_header(std::span<const std::byte> bytes);

// The file header's 16 bytes.
std::vector<std::byte> file_header();

struct Version {
  std::uint16_t major = 0, minor = 0;
};

// None unless the bytes begin with a whole, undamaged file header.
std::optional<Version> read_file_header(std::span<const std::byte> bytes);

}  // namespace ajar::recording
