#include "objfile/debug_link.h"

#include <algorithm>

#include "base/byte_reader.h"

namespace ajar::objfile {
namespace {

constexpr std::size_t kLongestFileName = 4096;
constexpr std::size_t kAlignment = 4;

}  // namespace

std::optional<DebugLink> read_debug_link(std::span<const std::byte> contents) {
  base::ByteReader in(contents);
  const std::string_view file =
      base::ByteReader(contents.first(std::min(contents.size(), kLongestFileName))).c_string();
  if (file.empty()) return std::nullopt;
  in.seek((file.size() + kAlignment) / kAlignment * kAlignment);
  const auto crc = in.read<std::uint32_t>();
  if (!in.ok()) return std::nullopt;
  return DebugLink{.file = file, .crc = crc};
}

}  // namespace ajar::objfile
