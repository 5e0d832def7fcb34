#include "analyze/lifetimes.h"

#include <cmath>

namespace ajar::analyze {

bool Lifetimes::take_back(model::Time lifetime) {
  Count& count = counts_[slot(lifetime)];
  if (count.all == 0) return false;
  --count.all;
  if (count.in_row > 0) --count.in_row;
  return true;
}

void Lifetimes::add(const Lifetimes& others, bool same_row) {
  for (std::size_t at = 0; at < slots; ++at) {
    counts_[at].all += others.counts_[at].all;
    if (same_row) counts_[at].in_row += others.counts_[at].in_row;
  }
  if (same_row) in_row_ |= others.in_row_;
}

std::uint64_t Lifetimes::total() const {
  std::uint64_t sum = 0;
  for (const Count& count : counts_) sum += count.all;
  return sum;
}

std::uint64_t Lifetimes::total_in_row() const {
  std::uint64_t sum = 0;
  for (const Count& count : counts_) sum += count.in_row;
  return sum;
}

Lifetimes Lifetimes::without_row() const {
  Lifetimes rest = *this;
  for (Count& count : rest.counts_) count.all -= count.in_row;
  rest.start_row();
  return rest;
}

model::Time Lifetimes::quantile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total())));
  if (wanted == 0) return model::Time{0};
  std::uint64_t sum = 0;
  std::size_t at = 0;
  while (at < counts_.size() && (sum += counts_[at].all) < wanted) ++at;
  return model::Time{std::int64_t{1} << at};
}

}  // namespace ajar::analyze
