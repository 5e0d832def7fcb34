#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/byte_reader.h"
#include "objfile/dwarf/abbreviations.h"
#include "objfile/dwarf/constants.h"
#include "objfile/dwarf/sections.h"
#include "objfile/dwarf/value.h"

namespace ajar::objfile::dwarf {

// The part of a package's sections that belongs to one unit begins there.
struct Contribution {
  std::uint64_t info = 0, abbrev = 0, line = 0, str_offsets = 0, rnglists = 0;
};

class Units;

// The file that a unit lies in, and those that it refers to.
struct Home {
  const Sections* sections = nullptr;
  Units* units = nullptr;          // of this file
  Units* supplementary = nullptr;  // of the file that it shares with others; nullptr where there is none
  const Sections* main = nullptr;  // of the file with the code, which has the addresses
  Contribution contribution{};
};

// A unit: where it lies, and what its first entry says that all others depend on.
struct Unit {
  Home home;
  Encoding encoding;
  UnitType type = UnitType::none;
  std::uint64_t begin = 0;  // in .debug_info
  std::uint64_t end = 0;
  std::uint64_t first_entry = 0;
  std::shared_ptr<const AbbreviationTable> abbreviations;

  Language language = Language::none;
  std::string_view folder;  // where the compiler ran
  std::optional<std::uint64_t> line_program;
  std::optional<Value> low_pc, high_pc, ranges;
  std::string_view split_name;
  std::optional<std::uint64_t> split_id;
  std::optional<std::uint64_t> str_offsets_base, addr_base, rnglists_base;
  std::uint64_t split_ranges_base = 0;  // for the ranges of a version 4 split unit

  // At an entry of it, or at any offset of .debug_info: reads no further than the unit's end.
  [[nodiscard]] base::ByteReader entries(std::uint64_t offset) const;

  // What a value refers to; empty where it refers to nothing.
  [[nodiscard]] std::string_view text(const Value& value) const;
  [[nodiscard]] std::optional<std::uint64_t> address(const Value& value) const;

  // Where the unit's ranges without a base of their own are counted from.
  [[nodiscard]] std::uint64_t base_address() const;

  [[nodiscard]] bool is_split() const { return home.sections != home.main; }
};

// Reads the unit at an offset of its home's .debug_info; nullopt where there is none that makes sense.
std::optional<Unit> read_unit(const Home& home, std::uint64_t offset, AbbreviationTables& tables);

}  // namespace ajar::objfile::dwarf
