#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "objfile/dwarf/sections.h"
#include "objfile/elf.h"
#include "objfile/pe.h"
#include "objfile/unpack.h"

namespace ajar::objfile {

// Whether there is any, without unpacking it: functions and lines, not what was split off.
bool has_debug_information(const ElfFile& elf);
bool has_debug_information(const PeFile& pe);

// A file's debug information, unpacked where it is packed (SHF_COMPRESSED, or .zdebug_… as older tools made
// it). Keeps to the file's bytes, which must outlive it. What can't be unpacked is as if it were not there,
// and trouble() says so. Sections of a .dwo or .dwp file are taken as well: a file has either those or its
// own.
class DebugSections {
 public:
  explicit DebugSections(const ElfFile& elf);
  explicit DebugSections(const PeFile& pe);

  [[nodiscard]] const dwarf::Sections& sections() const { return sections_; }
  [[nodiscard]] const std::optional<base::Error>& trouble() const { return trouble_; }

  // How many bytes of memory hold what had to be unpacked.
  [[nodiscard]] std::size_t unpacked_bytes() const;

  // Debug information that was split off into files of its own (.debug_info.dwo).
  [[nodiscard]] const dwarf::Sections& split() const { return split_; }

 private:
  using Bytes = std::span<const std::byte>;

  // Where a section of that name goes; nullptr where nobody reads it, or it has gone there.
  Bytes* place_of(std::string_view section);
  Bytes plain(const ElfFile& elf, const ElfSection& section);
  Bytes plain(std::string_view section, Bytes raw);
  Bytes kept(std::string_view name, base::Result<UnpackedBytes> raw);

  dwarf::Sections sections_;
  dwarf::Sections split_;
  std::vector<UnpackedBytes> owned_;
  std::optional<base::Error> trouble_;
};

}  // namespace ajar::objfile
