#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ajar::objfile::dwarf {

// The debug information of one file: the contents of its sections of these names (.debug_info, .debug_abbrev,
// …; in a .dwo or .dwp file .debug_info.dwo, …), uncompressed. Empty where the file has none. The bytes are
// somebody else's and outlive whatever reads them.
// Source of all formats in this folder: the DWARF standard, versions 4 and 5, and for split units of version
// 4 and .gnu_debugaltlink GCC's documentation of its extensions.
struct Sections {
  using Bytes = std::span<const std::byte>;

  Bytes info, abbrev, line, str, line_str, str_offsets, addr, ranges, rnglists, aranges;
  Bytes cu_index;  // of a package (.dwp)

  [[nodiscard]] bool empty() const { return info.empty() || abbrev.empty(); }
};

// Which of a file's sections goes where, by its name without ".debug_" and ".dwo" ("info", "line_str").
// nullptr for one that nobody reads.
Sections::Bytes Sections::* section_named(std::string_view name);

// A unit whose debug information lies in another file (a .dwo beside the object file, or a package).
struct SplitUnit {
  std::string_view name;    // DW_AT_dwo_name
  std::string_view folder;  // DW_AT_comp_dir
  std::uint64_t id = 0;     // says which compilation it was: it must be equal
};

// Finds the other files that a file's debug information refers to. What it returns lives as long as it does;
// nullptr where there is no such file. Called by one thread at a time.
class Companions {
 public:
  virtual ~Companions() = default;

  // What several files have in common, moved there by dwz (.gnu_debugaltlink, or DWARF 5's .debug_sup).
  virtual const Sections* supplementary() = 0;

  // Where the unit's .dwo may be, and the package of the file.
  virtual const Sections* split(const SplitUnit& unit) = 0;
  virtual const Sections* package() = 0;
};

}  // namespace ajar::objfile::dwarf
