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
    counts_[at].in_row += number;
    in_row_ |= std::uint64_t{1} << at;
  }

  // What is added from now on is another row.
  void start_row() {
    for (; in_row_ != 0; in_row_ &= in_row_ - 1)
      counts_[static_cast<std::size_t>(std::countr_zero(in_row_))].in_row = 0;
  }

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
    std::uint32_t all = 0, in_row = 0;
  };

  static constexpr std::size_t slots = 48;
  static std::size_t slot(model::Time lifetime) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(lifetime.count(), 0));
    return std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(ns)), slots - 1);
  }

  std::uint64_t in_row_ = 0;  // a bit for each slot that the row has something in: mostly one
  std::array<Count, slots> counts_{};
};

}  // namespace ajar::analyze
