#include <algorithm>

#include "objfile/elf.h"
#include "objfile/elf_fields.h"

namespace ajar::objfile {
namespace {

constexpr std::uint32_t kGnuBuildId = 3;     // NT_GNU_BUILD_ID
constexpr std::size_t kLongestBuildId = 64;  // SHA-1 makes 20 bytes; the linker takes any that one gives
constexpr std::size_t kLongestFileName = 4096;

std::string to_hex(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const std::byte b : bytes) {
    hex += digits[std::to_integer<std::size_t>(b >> 4)];
    hex += digits[std::to_integer<std::size_t>(b & std::byte{0xf})];
  }
  return hex;
}

// Notes stand one after the other, name and contents each filled up to `alignment`.
std::string build_id_in(std::span<const std::byte> notes, std::uint64_t alignment) {
  const std::uint64_t step = alignment == 8 ? 8 : 4;
  const auto filling = [step](std::uint64_t size) { return (step - size % step) % step; };
  base::ByteReader in(notes);
  while (in.remaining() > 0) {
    const auto name_size = in.read<std::uint32_t>();
    const auto size = in.read<std::uint32_t>();
    const auto type = in.read<std::uint32_t>();
    const std::string_view name = in.text(name_size);
    in.skip(std::min<std::uint64_t>(filling(12U + std::uint64_t{name_size}), in.remaining()));
    const auto contents = in.bytes(size);
    if (!in.ok()) return {};
    if (type == kGnuBuildId && name == std::string_view("GNU\0", 4) && contents.size() <= kLongestBuildId) {
      return to_hex(contents);
    }
    in.skip(std::min<std::uint64_t>(filling(size), in.remaining()));
  }
  return {};
}

}  // namespace

std::string ElfFile::build_id() const {
  for (const ElfSegment& s : segments_) {
    if (s.kind != ElfSegment::note) continue;
    std::string id = build_id_in(bytes_at(s.offset, s.file_size), s.alignment);
    if (!id.empty()) return id;
  }
  for (const ElfSection& s : sections_) {
    if (s.kind != ElfSection::note) continue;
    std::string id = build_id_in(contents(s), 4);
    if (!id.empty()) return id;
  }
  return {};
}

std::optional<DebugLink> ElfFile::debug_link() const {
  const ElfSection* found = section(".gnu_debuglink");
  if (found == nullptr) return std::nullopt;
  return read_debug_link(contents(*found));
}

// .debug_sup: DWARF 5, section 7.3.6. In the supplementary file itself it says so, and names none.
std::optional<ElfSupplement> ElfFile::supplement() const {
  const ElfSection* gnu = section(".gnu_debugaltlink");
  const ElfSection* standard = gnu == nullptr ? section(".debug_sup") : nullptr;
  if (gnu == nullptr && standard == nullptr) return std::nullopt;
  base::ByteReader in(contents(gnu != nullptr ? *gnu : *standard));
  if (standard != nullptr) {
    in.skip(sizeof(std::uint16_t));  // version
    if (in.read<std::uint8_t>() != 0) return std::nullopt;
  }
  const std::string_view file = in.c_string();
  const std::uint64_t size = standard != nullptr ? in.read_varint() : in.remaining();
  const auto id = in.bytes(size);
  if (!in.ok() || file.empty() || file.size() > kLongestFileName || id.size() > kLongestBuildId)
    return std::nullopt;
  return ElfSupplement{.file = file, .build_id = to_hex(id)};
}

std::span<const std::byte> ElfFile::mini_debug_info() const {
  const ElfSection* found = section(".gnu_debugdata");
  return found == nullptr ? std::span<const std::byte>() : contents(*found);
}

}  // namespace ajar::objfile
