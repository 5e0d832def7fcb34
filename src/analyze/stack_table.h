#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyze/stack_stats.h"

namespace ajar::analyze {

// The statistics of each stack. A program that opens and closes all the time does so from few places, so the
// rows that were used last are found without the hash table.
class StackTable {
 public:
  // The row, made where there is none. Holds until the next call of at() or clear().
  StackStats& at(const StackKey& key) {
    const std::uint64_t hash = hash_of(key);
    std::uint32_t& recent = recent_[hash >> (64U - kRecentBits)];
    if (recent >= rows_.size() || rows_[recent].first != key) recent = row_of(key);
    return rows_[recent].second;
  }

  // nullptr where there is none.
  [[nodiscard]] const StackStats* find(const StackKey& key) const {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &rows_[found->second].second;
  }

  // The rows, as pairs of a key and its statistics, in the order in which they came.
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }

  void clear() {
    rows_.clear();
    index_.clear();
  }

 private:
  static constexpr unsigned kRecentBits = 6;

  static std::uint64_t hash_of(const StackKey& key) {
    const std::uint64_t mixed = (std::uint64_t{key.stack.value} * 0x9e3779b97f4a7c15U) ^
                                (std::uint64_t{key.type.value} << 32U) ^ key.call.value;
    return mixed * 0xbf58476d1ce4e5b9U;
  }
  struct Hash {
    std::size_t operator()(const StackKey& key) const { return static_cast<std::size_t>(hash_of(key)); }
  };

  std::uint32_t row_of(const StackKey& key) {
    const auto [at, is_new] = index_.try_emplace(key, static_cast<std::uint32_t>(rows_.size()));
    if (is_new) rows_.emplace_back(key, StackStats());
    return at->second;
  }

  std::vector<std::pair<StackKey, StackStats>> rows_;
  std::unordered_map<StackKey, std::uint32_t, Hash> index_;
  std::array<std::uint32_t, std::size_t{1} << kRecentBits> recent_{};  // rows, by the hash's first bits
};

}  // namespace ajar::analyze
