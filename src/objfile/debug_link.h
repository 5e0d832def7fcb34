#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ajar::objfile {

// Where the debug information of a stripped file is said to be.
struct DebugLink {
  std::string_view file;  // without a folder
  std::uint32_t crc = 0;

  bool operator==(const DebugLink&) const = default;
};

// From the contents of a section .gnu_debuglink, which ELF and PE files have alike: a name with its NUL,
// filled up to 4 bytes, and the CRC-32 of the file.
std::optional<DebugLink> read_debug_link(std::span<const std::byte> contents);

}  // namespace ajar::objfile
