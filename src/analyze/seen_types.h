#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyze/table_state.h"
#include "model/world.h"

namespace ajar::analyze {

// The types of all that was open or opened, as far as anybody told: a filter that matches none of them may be
// a mistake in writing.
class SeenTypes {
 public:
  void add(const model::World& world, const TableState& table, const std::vector<OpenHandle>& open);

  // What to say of a filter. Empty where it matches, and where no table was seen at all.
  [[nodiscard]] std::string warning_on(const std::string& filter) const;

 private:
  void add(std::string_view type);
  void add_told(std::string_view type);

  std::set<std::string, std::less<>> types_;
  bool some_unknown_ = false;
};

}  // namespace ajar::analyze
