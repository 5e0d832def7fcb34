#include "analyze/count_types.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace ajar::analyze {

std::vector<report::TypeCount> count_types(const model::Snapshot& table, std::span<const Signs> signs) {
  std::unordered_map<std::string_view, std::vector<Signs>> of_type;  // of those that show any
  for (std::size_t i = 0; i < table.handles.size(); ++i) {
    if (!signs[i].empty()) of_type[table.handles[i].type].push_back(signs[i]);
  }
  std::vector<report::TypeCount> types;
  for (const auto& [type, count] : table.types()) {
    types.push_back({.type = type, .count = count, .signs = count_signs(of_type[type])});
  }
  std::ranges::sort(types, [](const report::TypeCount& a, const report::TypeCount& b) {
    return std::tie(b.count, a.type) < std::tie(a.count, b.type);
  });
  return types;
}

}  // namespace ajar::analyze
