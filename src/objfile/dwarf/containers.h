#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ajar::objfile::dwarf {

// The namespaces, classes and functions of one unit, each with the one around it. Noted down while the unit's
// entries are gone through in their order.
class Containers {
 public:
  // The entry at `entry`, `depth` levels below the unit's first one, holds all that follow up to
  // leave(depth).
  void enter(std::uint64_t entry, std::size_t depth) {
    if (rows_.empty()) base_ = entry;
    if (entry - base_ >= kOpen) return;  // in a unit of more than 4 GB
    rows_.push_back({.entry = static_cast<std::uint32_t>(entry - base_), .parent = innermost_});
    open_.push_back(depth);
    innermost_ = static_cast<std::uint32_t>(rows_.size());
  }

  // `end` is where the list of the entries at a level below `depth` ends.
  void leave(std::size_t depth, std::uint64_t end) {
    if (open_.empty() || open_.back() != depth) return;
    open_.pop_back();
    Row& row = rows_[innermost_ - 1];
    row.end = static_cast<std::uint32_t>(std::min<std::uint64_t>(end - base_, kOpen));
    innermost_ = row.parent;
  }

  // The entries of what the entry is in, the innermost first.
  [[nodiscard]] std::vector<std::uint64_t> around(std::uint64_t entry) const;

 private:
  static constexpr std::uint32_t kOpen = ~std::uint32_t{0};

  // There are very many. Entries are counted from the first container.
  struct Row {
    std::uint32_t entry = 0;
    std::uint32_t end = kOpen;
    std::uint32_t parent = 0;  // its row's number, from 1; 0 where nothing is around it
  };

  std::vector<Row> rows_;  // by entry
  std::uint64_t base_ = 0;
  std::vector<std::size_t> open_;  // depths of those that are not left yet
  std::uint32_t innermost_ = 0;
};

}  // namespace ajar::objfile::dwarf
