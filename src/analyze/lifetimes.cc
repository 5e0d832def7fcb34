#include "analyze/lifetimes.h"

#include <cmath>

namespace ajar::analyze {

bool Lifetimes::take_back(model::Time lifetime) {
  const std::size_t at = slot(lifetime);
  if (counts_[at].all == 0) return false;
  --counts_[at].all;
  if (in_row(at) > 0) --counts_[at].in_row;
  return true;
}

void Lifetimes::add(const Lifetimes& others, bool same_row) {
  for (std::size_t at = 0; at < slots; ++at) {
    counts_[at].all += others.counts_[at].all;
    if (same_row) counts_[at].in_row = in_row(at) + others.in_row(at);
  }
  if (same_row) row_ |= others.row_;
}

std::uint64_t Lifetimes::total() const {
  std::uint64_t sum = 0;
  for (const Count& count : counts_) sum += count.all;
  return sum;
}

std::uint64_t Lifetimes::total_in_row() const {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < slots; ++at) sum += in_row(at);
  return sum;
}

Lifetimes Lifetimes::without_row() const {
  Lifetimes rest = *this;
  for (std::size_t at = 0; at < slots; ++at) rest.counts_[at].all -= in_row(at);
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
