#include "objfile/debug_sections.h"

#include <algorithm>
#include <string>

#include "base/byte_reader.h"
#include "objfile/dwarf/constants.h"
#include "objfile/dwarf/value.h"
#include "objfile/unpack_section.h"

namespace ajar::objfile {
namespace {

constexpr std::string_view kPrefix = ".debug_";
constexpr std::string_view kPackedPrefix = ".zdebug_";
constexpr std::string_view kSplitSuffix = ".dwo";
constexpr std::string_view kPackedMagic = "ZLIB";  // then the size, big-endian

// What stands behind the prefix: "info", "info.dwo"; empty for other sections.
std::string_view debug_name(std::string_view name) {
  if (name.starts_with(kPrefix)) return name.substr(kPrefix.size());
  if (name.starts_with(kPackedPrefix)) return name.substr(kPackedPrefix.size());
  return {};
}

// Whether the first unit describes a type (DWARF 5: before, these had a section of their own).
bool begins_with_type(std::span<const std::byte> info) {
  base::ByteReader in(info);
  std::uint8_t offset_size = 0;
  dwarf::read_length(in, offset_size);
  constexpr std::uint16_t kFirstWithKinds = 5;
  if (in.read<std::uint16_t>() < kFirstWithKinds) return false;
  const auto kind = dwarf::UnitType{in.read<std::uint8_t>()};
  return kind == dwarf::UnitType::type || kind == dwarf::UnitType::split_type;
}

std::uint64_t read_big_endian(base::ByteReader& in) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < sizeof(value); ++i) value = value << 8U | in.read<std::uint8_t>();
  return value;
}

bool is_information(std::string_view section) {
  return debug_name(section) == "info";
}

}  // namespace

bool has_debug_information(const ElfFile& elf) {
  return std::ranges::any_of(elf.sections(), is_information, &ElfSection::name);
}

bool has_debug_information(const PeFile& pe) {
  return std::ranges::any_of(pe.sections(), is_information, &PeSection::name);
}

DebugSections::DebugSections(const ElfFile& elf) {
  for (const ElfSection& section : elf.sections()) {
    if (Bytes* const place = place_of(section.name); place != nullptr) *place = plain(elf, section);
  }
}

DebugSections::DebugSections(const PeFile& pe) {
  for (const PeSection& section : pe.sections()) {
    if (Bytes* const place = place_of(section.name); place != nullptr) {
      *place = plain(section.name, pe.contents(section));
    }
  }
}

// Of several of one name (.debug_types in object files) the first. But with -fdebug-types-section a .dwo has
// one .debug_info.dwo for each type and one for the code, which is the one to be taken; not where something
// had to be unpacked, so that memory is bounded.
DebugSections::Bytes* DebugSections::place_of(std::string_view section) {
  std::string_view name = debug_name(section);
  const bool is_split = name.ends_with(kSplitSuffix);
  if (is_split) name.remove_suffix(kSplitSuffix.size());
  const auto member = dwarf::section_named(name);
  if (member == nullptr) return nullptr;
  dwarf::Sections& target = is_split || name.ends_with("_index") ? split_ : sections_;
  Bytes& bytes = target.*member;
  const bool is_replaced = name == "info" && owned_.empty() && begins_with_type(bytes);
  return bytes.empty() || is_replaced ? &bytes : nullptr;
}

DebugSections::Bytes DebugSections::plain(const ElfFile& elf, const ElfSection& section) {
  if ((section.flags & ElfSection::compressed) == 0) return plain(section.name, elf.contents(section));
  return kept(section.name, unpack_section(elf, section));
}

DebugSections::Bytes DebugSections::plain(std::string_view section, Bytes raw) {
  base::ByteReader in(raw);
  if (!section.starts_with(kPackedPrefix) || in.text(kPackedMagic.size()) != kPackedMagic) return raw;
  const std::uint64_t size = read_big_endian(in);
  return kept(section, unpack(Packing::zlib, in.bytes(in.remaining()), size));
}

std::size_t DebugSections::unpacked_bytes() const {
  std::size_t bytes = 0;
  for (const UnpackedBytes& section : owned_) bytes += section.bytes().size();
  return bytes;
}

DebugSections::Bytes DebugSections::kept(std::string_view name, base::Result<UnpackedBytes> raw) {
  if (raw.ok()) return owned_.emplace_back(std::move(raw).value()).bytes();
  if (!trouble_.has_value()) trouble_ = std::move(raw).error().in(name);
  return {};
}

}  // namespace ajar::objfile
