#include "objfile/dwarf/containers.h"

#include <algorithm>

namespace ajar::objfile::dwarf {

std::vector<std::uint64_t> Containers::around(std::uint64_t entry) const {
  const auto after = std::ranges::lower_bound(rows_, entry, {}, &Row::entry);
  auto number = static_cast<std::size_t>(after - rows_.begin());
  std::vector<std::uint64_t> found;
  while (number != 0) {
    const Row& row = rows_[number - 1];
    if (entry < row.end) found.push_back(row.entry);
    number = row.parent;
  }
  return found;
}

}  // namespace ajar::objfile::dwarf
