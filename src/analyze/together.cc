#include "analyze/together.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace ajar::analyze {
namespace {

constexpr std::size_t kMostLooks = 60;
constexpr std::size_t kFewestLooks = 3;
constexpr double kLeastShared = 5;   // handles that the shared ones grew by
constexpr double kOfTheOne = 0.5;    // of its growth must be shared
constexpr double kOfTheOther = 0.1;  // the same

double slope_of(std::span<const PairLook> looks, double PairLook::* value) {
  std::vector<Point> points;
  for (const PairLook& look : looks) points.push_back({.at = look.at, .value = look.*value});
  return robust_line(thinned(points, kMostLooks)).slope;
}

double share(double part, double whole) {
  return whole <= 0 ? 0 : std::clamp(part / whole, 0.0, 1.0);
}

constexpr std::size_t kMostIncrements = 120;
constexpr std::size_t kFewestIncrements = 24;
constexpr std::size_t kNeighbours = 4;  // on each side: what is slower than these counts as slow
constexpr double kLeftOut = 0.05;       // of the increments
constexpr double kVariation = 0.25;     // of the mean increment
constexpr double kVariationOf = 2;      // handles in an increment: less is rounding
constexpr double kRegular = 0.6;        // correlation of increments with those before
constexpr double kAlike = 0.9;

using Pair = std::pair<double, double>;

struct Moment {
  double at = 0;
  Pair values;
};

std::vector<Moment> common(std::span<const Point> one, std::span<const Point> other) {
  std::vector<Moment> moments;
  for (auto a = one.begin(), b = other.begin(); a != one.end() && b != other.end();) {
    if (a->at < b->at) {
      ++a;
    } else if (b->at < a->at) {
      ++b;
    } else {
      if (moments.empty() || moments.back().at < a->at)
        moments.push_back({.at = a->at, .values = {a->value, b->value}});
      ++a;
      ++b;
    }
  }
  return moments;
}

// Per second, of one of the two; each of about `step` samples.
std::vector<double> increments(std::span<const Moment> moments, std::size_t step, double Pair::* which) {
  std::vector<double> rates;
  for (std::size_t i = step; i < moments.size(); i += step) {
    const double rise = moments[i].values.*which - moments[i - step].values.*which;
    rates.push_back(rise / (moments[i].at - moments[i - step].at));
  }
  return rates;
}

// Without what changes slowly.
std::vector<double> without_waves(const std::vector<double>& rates) {
  std::vector<double> left;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const std::size_t begin = i < kNeighbours ? 0 : i - kNeighbours;
    const std::size_t end = std::min(rates.size(), i + kNeighbours + 1);
    left.push_back(rates[i] - median({rates.begin() + static_cast<std::ptrdiff_t>(begin),
                                      rates.begin() + static_cast<std::ptrdiff_t>(end)}));
  }
  return left;
}

std::size_t left_out_of(std::size_t count) {
  return std::max<std::size_t>(2, static_cast<std::size_t>(kLeftOut * static_cast<double>(count)));
}

// But for the few that are the farthest off.
double deviation(std::vector<double> rates) {
  for (double& rate : rates) rate = std::abs(rate);
  std::ranges::sort(rates);
  rates.resize(rates.size() - left_out_of(rates.size()));
  double sum = 0;
  for (const double rate : rates) sum += rate * rate;
  return std::sqrt(sum / static_cast<double>(rates.size()));
}

bool varies(const std::vector<double>& residuals, double mean, double seconds_each) {
  const double deviation = analyze::deviation(residuals);
  return mean > 0 && deviation >= kVariation * mean && deviation * seconds_each >= kVariationOf;
}

double pearson(std::span<const Pair> pairs) {
  const auto count = static_cast<double>(pairs.size());
  Pair mean;
  for (const auto& [a, b] : pairs) mean = {mean.first + a / count, mean.second + b / count};
  double of_both = 0;
  double of_a = 0;
  double of_b = 0;
  for (const auto& [a, b] : pairs) {
    of_both += (a - mean.first) * (b - mean.second);
    of_a += (a - mean.first) * (a - mean.first);
    of_b += (b - mean.second) * (b - mean.second);
  }
  return of_a <= 0 || of_b <= 0 ? 0 : of_both / std::sqrt(of_a * of_b);
}

// Whether increments come again after some time as they were: by a clock, or by day and night.
bool is_regular(const std::vector<double>& rates) {
  for (std::size_t lag = 1; lag <= rates.size() / 2; ++lag) {
    std::vector<Pair> pairs;
    for (std::size_t i = lag; i < rates.size(); ++i) pairs.emplace_back(rates[i - lag], rates[i]);
    if (pearson(pairs) >= kRegular) return true;
  }
  return false;
}

// With all, or without those that make it high, whichever is less.
double least_r(const std::vector<double>& one, const std::vector<double>& other) {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < one.size(); ++i) pairs.emplace_back(one[i], other[i]);
  const double all = pearson(pairs);
  std::ranges::sort(pairs, std::ranges::less(), [](const Pair& pair) { return pair.first * pair.second; });
  pairs.resize(pairs.size() - left_out_of(pairs.size()));
  return std::min(all, pearson(pairs));
}

}  // namespace

std::optional<Togetherness> hand_in_hand(std::span<const PairLook> looks) {
  if (looks.size() < kFewestLooks) return std::nullopt;
  const double shared = slope_of(looks, &PairLook::shared);
  const double other_shared = slope_of(looks, &PairLook::other_shared);
  const double seconds = looks.back().at - looks.front().at;
  if (std::min(shared, other_shared) * seconds < kLeastShared) return std::nullopt;
  const double of_one = share(shared, slope_of(looks, &PairLook::open));
  const double of_other = share(other_shared, slope_of(looks, &PairLook::other_open));
  if (std::max(of_one, of_other) < kOfTheOne || std::min(of_one, of_other) < kOfTheOther) return std::nullopt;
  return Togetherness{.shared_per_second = shared, .share_of_growth = of_one};
}

std::optional<double> resemblance(std::span<const Point> one, std::span<const Point> other) {
  const std::vector<Moment> moments = common(one, other);
  if (moments.size() <= kFewestIncrements) return std::nullopt;
  const std::size_t step = (moments.size() - 2) / kMostIncrements + 1;
  const std::vector<double> a = increments(moments, step, &Pair::first);
  const std::vector<double> b = increments(moments, step, &Pair::second);
  if (a.size() < kFewestIncrements) return std::nullopt;
  const Moment& first = moments.front();
  const Moment& last = moments.back();
  const double seconds = last.at - first.at;
  const double each = seconds / static_cast<double>(a.size());
  const std::vector<double> own_a = without_waves(a);
  const std::vector<double> own_b = without_waves(b);
  if (!varies(own_a, (last.values.first - first.values.first) / seconds, each)) return std::nullopt;
  if (!varies(own_b, (last.values.second - first.values.second) / seconds, each)) return std::nullopt;
  if (is_regular(own_a) || is_regular(own_b)) return std::nullopt;
  const double r = least_r(own_a, own_b);
  return r >= kAlike ? std::optional(r) : std::nullopt;
}

}  // namespace ajar::analyze
