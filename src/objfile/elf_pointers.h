#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "objfile/elf.h"

namespace ajar::objfile {

// Pointers in the data of a 64-bit file as they would be in memory if it were loaded where it says. In
// position- independent programs they may be told by relocations (R_…_RELATIVE) and not by the data's own
// bytes. Keeps to the file, which must outlive it.
class ElfPointers {
 public:
  explicit ElfPointers(const ElfFile& elf);

  // The eight bytes at the address; nothing where the file has none there.
  [[nodiscard]] std::optional<std::uint64_t> at(std::uint64_t address) const;

  // Where pointers to `target` are, in data that are or were writable, by address.
  [[nodiscard]] std::vector<std::uint64_t> to(std::uint64_t target) const;

 private:
  void read_relocations(const ElfSection& section, std::uint32_t relative);

  const ElfFile& elf_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> relocations_;  // address and pointer, by address
};

// What the file holds from the address on, up to the end of its segment; empty for an address in none.
[[nodiscard]] std::span<const std::byte> bytes_from(const ElfFile& elf, std::uint64_t address);

// Calls `each` with the address and the eight bytes of every word of the segment whose address is a multiple
// of eight.
template <typename Each>
void for_each_aligned_word(const ElfFile& elf, const ElfSegment& segment, Each each) {
  constexpr std::uint64_t kSize = 8;
  const std::span<const std::byte> bytes = elf.contents(segment);
  const std::uint64_t first = (kSize - segment.address % kSize) % kSize;
  for (std::uint64_t at = first; at + kSize <= bytes.size(); at += kSize)
    each(segment.address + at, bytes.subspan(static_cast<std::size_t>(at), kSize));
}

}  // namespace ajar::objfile
