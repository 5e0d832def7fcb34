#pragma once

#include <memory>
#include <string>
#include <vector>

#include "objfile/dwarf/abbreviations.h"
#include "objfile/dwarf/sections.h"
#include "objfile/dwarf/unit.h"
#include "objfile/dwarf/units.h"

namespace ajar::objfile::dwarf {

// Finds what units leave to other files: a .dwo beside the object file, or a package of such.
class SplitUnits {
 public:
  // A unit with the units of its file, which it refers to.
  struct Found {
    std::unique_ptr<Units> units;
    std::shared_ptr<const Unit> unit;  // nullptr where nothing was found
  };

  // `companions` may be null: then nothing is found.
  SplitUnits(Companions* companions, AbbreviationTables& tables)
      : companions_(companions), tables_(&tables) {}

  // Nothing for a unit that is whole. What is found knows what its skeleton knows of addresses.
  Found of(const Unit& skeleton);

  // The names of files that were needed and not there, in the order met.
  [[nodiscard]] const std::vector<std::string>& missing() const { return missing_; }

 private:
  Found in_package(const Sections& package, const Unit& skeleton);
  Found in_file(const Sections& file, const Unit& skeleton);
  static Found made(const Unit& skeleton, std::unique_ptr<Units> units,
                    const std::shared_ptr<const Unit>& unit);

  Companions* companions_;
  AbbreviationTables* tables_;
  std::vector<std::string> missing_;
};

}  // namespace ajar::objfile::dwarf
