#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "model/ids.h"

namespace ajar::analyze {

// How long closed handles had lived, by powers of two. Those of the row of closes that is under way are
// counted apart, too.
class Lifetimes {
 public:
  void add(model::Time lifetime, std::uint32_t number = 1) {
    const std::size_t at = slot(lifetime);
    counts_[at].all += number;
    counts_[at].in_row = in_row(at) + number;
    row_ |= bit(at);
  }

  // What is added from now on is another row.
  void start_row() { row_ = 0; }

  // One of the row if there is such a one. False where nothing like it was added.
  bool take_back(model::Time lifetime);

  // Whether the others' row belongs to this one's.
  void add(const Lifetimes& others, bool same_row);

  [[nodiscard]] std::uint64_t total() const;
  [[nodiscard]] std::uint64_t total_in_row() const;
  [[nodiscard]] Lifetimes without_row() const;

  // A time which `share` of all lifetimes did not exceed, at most twice too long; zero where there are none.
  [[nodiscard]] model::Time quantile(double share) const;

 private:
  struct Count {
    std::uint32_t all = 0;
    std::uint32_t in_row = 0;  // of the row that last had any here
  };

  static constexpr std::size_t slots = 48;
  static std::size_t slot(model::Time lifetime) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(lifetime.count(), 0));
    return std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(ns)), slots - 1);
  }
  static constexpr std::uint64_t bit(std::size_t slot) { return std::uint64_t{1} << slot; }
  [[nodiscard]] std::uint32_t in_row(std::size_t slot) const {
    return (row_ & bit(slot)) == 0 ? 0 : counts_[slot].in_row;
  }

  std::uint64_t row_ = 0;  // a bit for each slot that the row under way has something in
  std::array<Count, slots> counts_{};
};

}  // namespace ajar::analyze
