#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace ajar::objfile::dwarf {

// The namespaces, classes and functions of one unit, each with the one around it. Noted down while the unit's
// entries are gone through in their order.
class Containers {
 public:
  // The entry at `entry`, `depth` levels below the unit's first one, holds all that follow up to
  // leave(depth).
  void enter(std::uint64_t entry, std::size_t depth) {
    rows_.push_back({.entry = entry, .depth = depth, .end = kOpen, .parent = innermost_});
    innermost_ = rows_.size();
  }

  // `end` is where the list of the entries at a level below `depth` ends.
  void leave(std::size_t depth, std::uint64_t end) {
    if (innermost_ == 0 || rows_[innermost_ - 1].depth != depth) return;
    rows_[innermost_ - 1].end = end;
    innermost_ = rows_[innermost_ - 1].parent;
  }

  // The entries of what the entry is in, the innermost first.
  [[nodiscard]] std::vector<std::uint64_t> around(std::uint64_t entry) const;

 private:
  static constexpr std::uint64_t kOpen = ~std::uint64_t{0};

  struct Row {
    std::uint64_t entry = 0;
    std::size_t depth = 0;
    std::uint64_t end = kOpen;
    std::size_t parent = 0;  // its row's number, from 1; 0 where nothing is around it
  };

  std::vector<Row> rows_;  // by entry
  std::size_t innermost_ = 0;
};

}  // namespace ajar::objfile::dwarf
