#include "objfile/dwarf/split_units.h"

#include <algorithm>
#include <utility>

#include "objfile/dwarf/package.h"

namespace ajar::objfile::dwarf {

SplitUnits::Found SplitUnits::of(const Unit& skeleton) {
  if (skeleton.split_name.empty() || !skeleton.split_id.has_value()) return {};
  if (companions_ != nullptr) {
    const Sections* package = companions_->package();
    Found found = package == nullptr ? Found() : in_package(*package, skeleton);
    if (found.unit != nullptr) return found;
    const Sections* file = companions_->split(
        {.name = skeleton.split_name, .folder = skeleton.folder, .id = *skeleton.split_id});
    found = file == nullptr ? Found() : in_file(*file, skeleton);
    if (found.unit != nullptr) return found;
  }
  const std::string name(skeleton.split_name);
  if (std::ranges::find(missing_, name) == missing_.end()) missing_.push_back(name);
  return {};
}

SplitUnits::Found SplitUnits::in_package(const Sections& package, const Unit& skeleton) {
  const auto contribution = find_in_package(package, *skeleton.split_id);
  if (!contribution.has_value()) return {};
  auto units = std::make_unique<Units>(
      Home{.sections = &package, .main = skeleton.home.main, .contribution = *contribution}, *tables_);
  const auto unit = units->at(contribution->info);
  return made(skeleton, std::move(units), unit);
}

SplitUnits::Found SplitUnits::in_file(const Sections& file, const Unit& skeleton) {
  auto units = std::make_unique<Units>(Home{.sections = &file, .main = skeleton.home.main}, *tables_);
  for (const std::uint64_t begin : units->begins()) {
    const auto unit = units->at(begin);
    if (unit != nullptr && unit->split_id == skeleton.split_id) return made(skeleton, std::move(units), unit);
  }
  return {};
}

SplitUnits::Found SplitUnits::made(const Unit& skeleton, std::unique_ptr<Units> units,
                                   const std::shared_ptr<const Unit>& unit) {
  if (unit == nullptr) return {};
  auto whole = std::make_shared<Unit>(*unit);
  whole->addr_base = skeleton.addr_base;
  whole->low_pc = skeleton.low_pc;
  whole->split_ranges_base = skeleton.split_ranges_base;
  return {.units = std::move(units), .unit = std::move(whole)};
}

}  // namespace ajar::objfile::dwarf
