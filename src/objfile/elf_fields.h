#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/byte_reader.h"

// What the readers of ELF's parts share.
namespace ajar::objfile::elf {

// An address, an offset or a size: 8 bytes or 4, by the file's class.
inline std::uint64_t read_word(base::ByteReader& in, bool is_64) {
  return is_64 ? in.read<std::uint64_t>() : in.read<std::uint32_t>();
}

// The text at `offset` of a string table, looked for in `limit` bytes at most, so that a table without NULs
// does not cost its whole length for each name. Empty where there is no such text.
inline std::string_view text_at(std::span<const std::byte> table, std::uint64_t offset, std::size_t limit) {
  if (offset >= table.size()) return {};
  const auto rest = table.subspan(static_cast<std::size_t>(offset));
  base::ByteReader in(rest.first(rest.size() < limit ? rest.size() : limit));
  return in.c_string();
}

}  // namespace ajar::objfile::elf
