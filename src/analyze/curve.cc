#include "analyze/curve.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace ajar::analyze {

Curve::Bucket& Curve::at_index(std::uint32_t index) {
  if (!buckets_.empty() && buckets_.back().index == index) return buckets_.back();
  auto found = std::ranges::lower_bound(buckets_, index, {}, &Bucket::index);
  if (found == buckets_.end() || found->index != index) found = buckets_.insert(found, {.index = index});
  return *found;
}

void Curve::double_width() {
  std::vector<Bucket> merged;
  for (const Bucket& bucket : buckets_) {
    const std::uint32_t index = bucket.index / 2;
    if (merged.empty() || merged.back().index != index) merged.push_back({.index = index});
    merged.back().opened += bucket.opened;
    merged.back().closed += bucket.closed;
  }
  buckets_ = std::move(merged);
  ++width_log2_;
}

void Curve::widen_to(model::Time at) {
  while (at.count() > 0 && (at.count() >> width_log2_) >= max_buckets) double_width();
}

Curve::Bucket& Curve::bucket_of(model::Time at) {
  widen_to(at);
  const std::int64_t since = std::max<std::int64_t>(at.count(), 0);
  return at_index(static_cast<std::uint32_t>(since >> width_log2_));
}

void Curve::add(const Curve& other, std::int64_t times) {
  while (width_log2_ < other.width_log2_) double_width();
  const unsigned shift = width_log2_ - other.width_log2_;
  for (const Bucket& bucket : other.buckets_) {
    Bucket& mine = at_index(static_cast<std::uint32_t>(std::uint64_t{bucket.index} >> shift));
    mine.opened += times * bucket.opened;
    mine.closed += times * bucket.closed;
  }
}

bool Lifetimes::take_back(model::Time lifetime) {
  std::uint32_t& count = counts_[slot(lifetime)];
  if (count == 0) return false;
  --count;
  return true;
}

void Lifetimes::add(const Lifetimes& other) {
  for (std::uint64_t left = other.used_; left != 0; left &= left - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(left));
    counts_[at] += other.counts_[at];
  }
  used_ |= other.used_;
}

void Lifetimes::clear() {
  for (; used_ != 0; used_ &= used_ - 1) counts_[static_cast<std::size_t>(std::countr_zero(used_))] = 0;
}

std::uint64_t Lifetimes::total() const {
  std::uint64_t sum = 0;
  for (const std::uint32_t count : counts_) sum += count;
  return sum;
}

model::Time Lifetimes::quantile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total())));
  if (wanted == 0) return model::Time{0};
  std::uint64_t sum = 0;
  std::size_t at = 0;
  while (at < counts_.size() && (sum += counts_[at]) < wanted) ++at;
  return model::Time{std::int64_t{1} << at};
}

}  // namespace ajar::analyze
