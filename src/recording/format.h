#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// The numbers of FORMAT.md, which explains them. None may change within a major version.
namespace ajar::recording {

// 0x89 keeps text tools away; the line ends and the end-of-file mark show what a text-mode copy did.
inline constexpr std::array<std::uint8_t, 8> kMagic{0x89, 'A', 'J', 'A', 'R', 0x0d, 0x0a, 0x1a};
inline constexpr std::uint16_t kMajor = 1;
inline constexpr std::uint16_t kMinor = 8;
inline constexpr std::size_t kFileHeaderSize = 16;

inline constexpr std::array<std::uint8_t, 4> kMarker{0xf3, 'A', 'J', 'B'};
inline constexpr std::size_t kBlockHeaderSize = 32;

// What a kind of block holds: FORMAT.md, "Blocks".
enum class BlockType : std::uint8_t {
  segment_start = 1,
  origin = 2,
  definitions = 3,
  events = 4,
  snapshot = 5,
  counts = 6,
  loss = 7,
  symbols = 8,
  open_handles = 9,
  end = 10,
  system_log = 11,
};

// Block flags.
inline constexpr std::uint8_t kFlagZlib = 1;       // the payload is stored as a zlib stream
inline constexpr std::uint8_t kFlagMore = 2;       // the next block, of the same type, goes on with this one
inline constexpr std::uint8_t kFlagContinued = 4;  // this block goes on with the one before
inline constexpr std::uint8_t kKnownFlags = kFlagZlib | kFlagMore | kFlagContinued;

enum class Definition : std::uint8_t {
  process = 1,
  image = 2,
  table = 3,
  thread = 4,
  module = 5,
  stack_node = 6,
  string = 7,
  mark = 8,
};

// A writer ends a block when its payload has so many bytes.
inline constexpr std::size_t kFullPayload = 65'536;

// Limits, which writers keep and readers may count on.
inline constexpr std::uint32_t kMaxPayload = 16U << 20U;  // bytes of a block's payload, raw and stored
inline constexpr std::uint32_t kMaxInflation = 1032;      // raw bytes for a stored one; deflate's own limit
inline constexpr std::size_t kMaxItems = 65'536;  // events, handles, symbols, rows or records in a block
inline constexpr std::size_t kMaxText = 65'535;   // bytes; a longer one is cut
inline constexpr std::size_t kMaxListText = std::size_t{1}
                                            << 20U;  // a list's texts together, 3 bytes more for each
inline constexpr std::size_t kMaxFacts = 64;         // of a handle
inline constexpr std::size_t kMaxTypeCounts = 4096;  // of a snapshot
inline constexpr std::size_t kMaxShared = 1024;      // of a snapshot
inline constexpr std::size_t kMaxChain = 64;         // symbols at an address

}  // namespace ajar::recording
