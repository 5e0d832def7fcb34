#include "analyze/seen_types.h"

#include <algorithm>

#include "analyze/handle_types.h"
#include "analyze/handle_view.h"
#include "analyze/pattern.h"

namespace ajar::analyze {

void SeenTypes::add(std::string_view type) {
  if (!types_.contains(type)) types_.emplace(type);
}

// What was closed before a table showed it may have been more than the call told.
void SeenTypes::add_told(std::string_view type) {
  some_unknown_ = some_unknown_ || type.empty();
  add(type.empty() ? "unknown" : type);
  if (type == "file") {
    for (const std::string_view possible : types_by_path()) add(possible);
  }
}

void SeenTypes::add(const model::World& world, const TableState& table, const std::vector<OpenHandle>& open) {
  for (const OpenHandle& handle : open) add(type_of(world, handle));
  for (const model::StringId told : table.told_types()) add_told(world.text(told));
}

std::string SeenTypes::warning_on(const std::string& filter) const {
  const auto matches = [&](const std::string& type) { return matches_pattern(filter, type); };
  if (types_.empty() || std::ranges::any_of(types_, matches)) return {};
  return "--type '" + filter + "': nothing of that type was open or opened" +
         (some_unknown_ ? ", as far as types are known" : "");
}

}  // namespace ajar::analyze
