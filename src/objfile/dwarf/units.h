#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "objfile/dwarf/abbreviations.h"
#include "objfile/dwarf/sections.h"
#include "objfile/dwarf/unit.h"

namespace ajar::objfile::dwarf {

// The units of one .debug_info. Those that were asked for last stay in memory.
class Units {
 public:
  Units(const Home& home, AbbreviationTables& tables) : home_(home), tables_(&tables) { home_.units = this; }
  Units(const Units&) = delete;
  Units& operator=(const Units&) = delete;

  [[nodiscard]] const Sections& sections() const { return *home_.sections; }

  // The one that begins there, or the one that the offset is in; nullptr where there is none that makes
  // sense.
  std::shared_ptr<const Unit> at(std::uint64_t begin);
  std::shared_ptr<const Unit> around(std::uint64_t offset);

  // The same without keeping it, for those who go over all.
  [[nodiscard]] std::optional<Unit> read(std::uint64_t begin) const {
    return read_unit(home_, begin, *tables_);
  }

  // Where each begins, ascending.
  std::span<const std::uint64_t> begins();

 private:
  Home home_;
  AbbreviationTables* tables_;
  std::optional<std::vector<std::uint64_t>> begins_;
  std::map<std::uint64_t, std::shared_ptr<const Unit>> units_;
};

}  // namespace ajar::objfile::dwarf
