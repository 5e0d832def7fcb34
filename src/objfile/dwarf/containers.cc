#include "objfile/dwarf/containers.h"

#include <algorithm>

namespace ajar::objfile::dwarf {

std::vector<std::uint64_t> Containers::around(std::uint64_t entry) const {
  std::vector<std::uint64_t> found;
  if (entry < base_ || entry - base_ >= kOpen) return found;
  const auto at = static_cast<std::uint32_t>(entry - base_);
  const auto after = std::ranges::lower_bound(rows_, at, {}, &Row::entry);
  auto number = static_cast<std::size_t>(after - rows_.begin());
  while (number != 0) {
    const Row& row = rows_[number - 1];
    if (at < row.end) found.push_back(base_ + row.entry);
    number = row.parent;
  }
  return found;
}

}  // namespace ajar::objfile::dwarf
