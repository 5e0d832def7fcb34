#include "analyze/curve.h"

namespace ajar::analyze {

std::vector<Curve::Bucket> Curve::buckets() const {
  std::vector<Bucket> all = older_;
  if (!empty()) all.push_back(newest_);
  return all;
}

Curve::Bucket& Curve::at_index(std::uint32_t index) {
  if (index == newest_.index) return newest_;
  if (empty() || index > newest_.index) {
    if (!empty()) older_.push_back(newest_);
    newest_ = {.index = index};
    return newest_;
  }
  auto found = std::ranges::lower_bound(older_, index, {}, &Bucket::index);
  if (found == older_.end() || found->index != index) found = older_.insert(found, {.index = index});
  return *found;
}

void Curve::double_width() {
  ++width_log2_;
  if (empty()) return;
  std::size_t kept = 0;
  for (Bucket bucket : older_) {
    bucket.index /= 2;
    if (kept > 0 && older_[kept - 1].index == bucket.index) {
      older_[kept - 1].add(bucket);
    } else {
      older_[kept++] = bucket;
    }
  }
  older_.resize(kept);
  newest_.index /= 2;
  if (older_.empty() || older_.back().index != newest_.index) return;
  newest_.add(older_.back());
  older_.pop_back();
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
  const auto add_bucket = [&](const Bucket& bucket) {
    at_index(static_cast<std::uint32_t>(std::uint64_t{bucket.index} >> shift)).add(bucket, times);
  };
  for (const Bucket& bucket : other.older_) add_bucket(bucket);
  if (!other.empty()) add_bucket(other.newest_);
}

}  // namespace ajar::analyze
