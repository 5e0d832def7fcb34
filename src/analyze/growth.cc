#include "analyze/growth.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace ajar::analyze {
namespace {}  // namespace

std::int64_t Levels::peak_until(double time_s) const {
  std::int64_t peak = 0;
  for (std::size_t i = 0; i < at.size() && static_cast<double>(i) * width_s < time_s; ++i) {
    peak = std::max(peak, at[i]);
  }
  return peak;
}

Levels levels(const Curve& curve, double life_s, std::uint64_t closed_at_shutdown) {
  std::vector<Curve::Bucket> buckets = curve.buckets();
  auto left_out = static_cast<std::int64_t>(closed_at_shutdown);
  for (auto bucket = buckets.rbegin(); bucket != buckets.rend() && left_out > 0; ++bucket) {
    const std::int64_t here = std::clamp<std::int64_t>(bucket->closed, 0, left_out);
    bucket->closed -= here;
    left_out -= here;
  }
  Levels levels{.width_s = model::seconds(curve.width()), .at = {}};
  const double last = std::clamp(std::floor(life_s / levels.width_s), 0.0, Curve::max_buckets - 1.0);
  const std::size_t count = std::max(static_cast<std::size_t>(last) + 1,
                                     buckets.empty() ? 0 : std::size_t{buckets.back().index} + 1);
  levels.at.resize(count);
  std::int64_t level = 0;
  auto next = buckets.begin();
  for (std::size_t i = 0; i < count; ++i) {
    if (next != buckets.end() && next->index == i) {
      level += next->opened - next->closed;
      ++next;
    }
    levels.at[i] = std::max<std::int64_t>(level, 0);
  }
  return levels;
}

std::vector<double> lasting_growth(const Levels& levels) {
  std::vector<std::int64_t> floor = levels.at;
  for (std::size_t i = floor.size(); i-- > 1;) floor[i - 1] = std::min(floor[i - 1], floor[i]);
  std::vector<double> times;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < floor.size(); ++i) {
    const std::int64_t rise = floor[i] - before;
    before = floor[i];
    for (std::int64_t k = 0; k < rise; ++k) {
      const double within = (static_cast<double>(k) + 0.5) / static_cast<double>(rise);
      times.push_back((static_cast<double>(i) + within) * levels.width_s);
    }
  }
  return times;
}

double Growth::rate() const {
  return period() >= 0.1 ? static_cast<double>(count() - 1) / period() : 0;
}

std::size_t Growth::after_share(double share, double until) const {
  const double from = first() + share * (until - first());
  return static_cast<std::size_t>(times.end() - std::ranges::upper_bound(times, from));
}

std::size_t Growth::tenths(double until) const {
  bool hit[10] = {};
  const double window = until - first();
  if (!(window > 0)) return 1;
  for (const double time : times) {
    hit[static_cast<std::size_t>(std::clamp((time - first()) / window * 10, 0.0, 9.0))] = true;
  }
  return static_cast<std::size_t>(std::ranges::count(hit, true));
}

double Growth::gap(std::size_t skip) const {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  if (gaps.size() <= skip) return 0;
  std::ranges::nth_element(gaps, gaps.begin() + static_cast<std::ptrdiff_t>(skip), std::greater<>());
  return gaps[skip];
}

// A leak that happens at random has gaps of up to several times the mean; one that comes in bursts has its
// gaps again and again, so that the second longest counts: a single long one may be a pool's late addition.
bool Growth::reaches_horizon() const {
  const double mean_gap = period() / static_cast<double>(std::max<std::size_t>(count(), 2) - 1);
  return quiet() <= std::max(6 * mean_gap, 2 * gap(1)) || quiet() <= 0.05 * (horizon - first());
}

}  // namespace ajar::analyze
