#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "analyze/stack_stats.h"

namespace ajar::analyze {

// The statistics of each stack.
class StackTable {
 public:
  using Row = std::uint32_t;

  // The key's row, made where there is none. Holds until clear().
  Row row_of(const StackKey& key) {
    const std::size_t place = place_of(key);
    if (places_[place] == kFree) return add(key, place);
    return places_[place] - 1;
  }

  [[nodiscard]] StackStats& at(Row row) { return rows_[row].second; }

  // nullptr where there is none.
  [[nodiscard]] const StackStats* find(const StackKey& key) const {
    const std::uint32_t found = places_[place_of(key)];
    return found == kFree ? nullptr : &rows_[found - 1].second;
  }

  // The rows, as pairs of a key and its statistics, in the order in which they came.
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }

  // What was opened and closed by all of them.
  [[nodiscard]] Curve activity() const {
    Curve sum;
    for (const auto& [key, stats] : rows_) sum.add(stats.curve);
    return sum;
  }

  void clear() {
    rows_.clear();
    places_.assign(kFewest, kFree);
  }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::size_t kFewest = 64;  // places; as all numbers of places a power of two

  static std::uint64_t hash_of(const StackKey& key) {
    const std::uint64_t mixed = (std::uint64_t{key.stack.value} * 0x9e3779b97f4a7c15U) ^
                                (std::uint64_t{key.type.value} << 32U) ^ key.call.value;
    return mixed * 0xbf58476d1ce4e5b9U;
  }

  // Where the key's row is named, or the free place where it is to be.
  [[nodiscard]] std::size_t place_of(const StackKey& key) const {
    const std::size_t last = places_.size() - 1;
    std::size_t place = static_cast<std::size_t>(hash_of(key) >> 32U) & last;
    while (places_[place] != kFree && rows_[places_[place] - 1].first != key) place = (place + 1) & last;
    return place;
  }

  Row add(const StackKey& key, std::size_t place) {
    rows_.emplace_back(key, StackStats());
    const auto row = static_cast<Row>(rows_.size() - 1);
    places_[place] = row + 1;
    if (2 * rows_.size() > places_.size()) spread();
    return row;
  }

  void spread() {
    places_.assign(2 * places_.size(), kFree);
    for (std::size_t row = 0; row < rows_.size(); ++row)
      places_[place_of(rows_[row].first)] = static_cast<std::uint32_t>(row + 1);
  }

  std::vector<std::pair<StackKey, StackStats>> rows_;
  std::vector<std::uint32_t> places_ = std::vector<std::uint32_t>(kFewest, kFree);  // a row's number plus 1
};

}  // namespace ajar::analyze
