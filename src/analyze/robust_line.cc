#include "analyze/robust_line.h"

#include <algorithm>
#include <cmath>

namespace ajar::analyze {
namespace {

// From the median of distances to the standard deviation, for a normal distribution.
constexpr double kDeviationOfMedian = 1.4826;

// What equal values take from the variance of Kendall's sum.
double variance_of_ties(std::span<const Point> points) {
  std::vector<double> values;
  for (const Point& point : points) values.push_back(point.value);
  std::ranges::sort(values);
  double sum = 0;
  for (auto first = values.begin(); first != values.end();) {
    const auto end = std::upper_bound(first, values.end(), *first);
    const auto equal = static_cast<double>(end - first);
    sum += equal * (equal - 1) * (2 * equal + 5);
    first = end;
  }
  return sum;
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

std::vector<Point> thinned(std::span<const Point> points, std::size_t most) {
  if (points.size() <= most) return {points.begin(), points.end()};
  std::vector<Point> few;
  for (std::size_t i = 0; i < most; ++i) {
    const std::size_t begin = points.size() * i / most;
    const std::size_t end = points.size() * (i + 1) / most;
    std::vector<double> times;
    std::vector<double> values;
    for (const Point& point : points.subspan(begin, end - begin)) {
      times.push_back(point.at);
      values.push_back(point.value);
    }
    few.push_back({.at = median(std::move(times)), .value = median(std::move(values))});
  }
  return few;
}

Kendall kendall(std::span<const Point> points) {
  double rising = 0;
  double falling = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t k = i + 1; k < points.size(); ++k) {
      rising += points[k].value > points[i].value ? 1 : 0;
      falling += points[k].value < points[i].value ? 1 : 0;
    }
  }
  const auto count = static_cast<double>(points.size());
  const double pairs = count * (count - 1) / 2;
  const double variance = (count * (count - 1) * (2 * count + 5) - variance_of_ties(points)) / 18;
  const double sum = rising - falling;
  if (pairs <= 0 || variance <= 0 || sum == 0) return {};
  return {.rising_share = rising / pairs, .deviations = (sum - std::copysign(1, sum)) / std::sqrt(variance)};
}

RobustLine robust_line(std::span<const Point> points) {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t k = i + 1; k < points.size(); ++k) {
      const double seconds = points[k].at - points[i].at;
      if (seconds > 0) slopes.push_back((points[k].value - points[i].value) / seconds);
    }
  }
  RobustLine line{.slope = median(std::move(slopes))};
  std::vector<double> heights;
  for (const Point& point : points) heights.push_back(point.value - line.slope * point.at);
  line.at_zero = median(std::move(heights));
  return line;
}

double jitter(std::span<const Point> points) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < points.size(); ++i) steps.push_back(points[i].value - points[i - 1].value);
  const double usual = median(steps);
  for (double& step : steps) step = std::abs(step - usual);
  return kDeviationOfMedian * median(std::move(steps)) / std::sqrt(2.0);
}

}  // namespace ajar::analyze
