#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "objfile/dwarf/unit.h"
#include "objfile/dwarf/units.h"
#include "objfile/dwarf/work.h"

namespace ajar::objfile::dwarf {

// Names of functions by their entries. An entry of code refers to the one that says what it is, often in
// another unit, and that to a declaration.
class Names {
 public:
  // The linkage name if there is one, else the name in the source; a view into the sections. `unit` is the
  // one that the entry is in.
  std::string_view of(const std::shared_ptr<const Unit>& unit, std::uint64_t entry, Work& work);

 private:
  struct Description;

  static Description describe(const Unit& unit, std::uint64_t entry, Work& work);
  static std::string_view find(std::shared_ptr<const Unit> unit, std::uint64_t entry, Work& work);

  std::unordered_map<const std::byte*, std::string_view> known_;  // by where the entry is
};

}  // namespace ajar::objfile::dwarf
