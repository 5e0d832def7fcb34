#include "analyze/count_trend.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "analyze/process_counts.h"
#include "report/words.h"

namespace ajar::analyze {
namespace {

using report::Trend;

constexpr std::size_t kMostPoints = 240;  // more are thinned: all pairs of them are looked at
constexpr double kBeyondChance = 3.1;     // standard deviations: one series without a trend in a thousand
constexpr double kLeastGrowth = 5;        // handles
constexpr double kAboveJitter = 6;        // times the jitter
constexpr double kBend = 0.08;            // of the growth: so far may parts of a series be off the line
constexpr std::size_t kParts = 8;
constexpr double kStillGrowing = 0.5;  // of the slope of its first half, in its second
constexpr double kLastThird = 0.25;    // of the line's slope, in the last third

std::uint64_t whole(double value) {
  return value < 1 ? 0 : whole_count(value + 0.5);
}

// How a series lies about its line.
struct Fit {
  std::vector<Point> points;
  Kendall test;
  RobustLine line;
  double jitter = 0;
  double growth = 0;  // along the line

  explicit Fit(std::span<const Point> samples)
      : points(thinned(samples, kMostPoints)),
        test(kendall(points)),
        line(robust_line(points)),
        jitter(analyze::jitter(points)),
        growth(line.slope * (points.back().at - points.front().at)) {}

  [[nodiscard]] bool rises() const {
    return test.deviations >= kBeyondChance && growth >= std::max(kLeastGrowth, kAboveJitter * jitter);
  }

  // How far a median of so many points may be off for no other reason than jitter.
  [[nodiscard]] double allowance(double points_each) const { return 2 * jitter / std::sqrt(points_each); }

  // Along the line in all its parts.
  [[nodiscard]] bool is_straight() const {
    const std::vector<Point> parts = thinned(points, std::min(kParts, points.size() / 2));
    const double each = static_cast<double>(points.size()) / static_cast<double>(parts.size());
    return std::ranges::all_of(parts, [&](const Point& part) {
      return std::abs(part.value - line.at(part.at)) <= kBend * growth + allowance(each);
    });
  }

  // As fast in its second half as in its first, or nearly; and in its last third, too.
  [[nodiscard]] bool goes_on() const {
    const std::span<const Point> all = points;
    const double first = robust_line(all.first(all.size() / 2)).slope;
    const double second = robust_line(all.subspan(all.size() / 2)).slope;
    const auto last = all.last(std::max<std::size_t>(all.size() / 3, 3));
    return second >= kStillGrowing * first && robust_line(last).slope >= kLastThird * line.slope;
  }

  [[nodiscard]] bool fell_back() const {
    return std::ranges::max(points, {}, &Point::value).value - points.back().value > growth / 2;
  }

  // At its end it is where it had not been in its first half.
  [[nodiscard]] bool is_up_at_its_end() const {
    const auto half = std::span(points).first(points.size() / 2);
    return points.back().value > std::ranges::max(half, {}, &Point::value).value - 2 * jitter;
  }
};

std::string samples_in(const report::CountTrend& trend) {
  return report::counted(trend.samples, "sample", "samples") + " in " +
         report::duration(trend.until_s - trend.from_s);
}

std::string percent(double share) {
  return std::to_string(std::llround(share * 100)) + " %";
}

void judge(std::span<const Point> samples, report::CountTrend& trend) {
  if (samples.size() < kSamplesToJudge) {
    trend.reason = "only " + report::counted(samples.size(), "sample", "samples") + "; " +
                   std::to_string(kSamplesToJudge) + " are the fewest to judge by";
    return;
  }
  if (trend.least == trend.most) {
    trend.trend = Trend::steady;
    trend.reason = "the same in all " + report::counted(trend.samples, "sample", "samples");
    return;
  }
  const Fit fit(samples);
  trend.rising_share = fit.test.rising_share;
  if (!fit.rises()) {
    trend.trend = Trend::steady;
    trend.reason = "no rise beyond chance in " + report::counted(trend.samples, "sample", "samples");
    return;
  }
  trend.trend = Trend::rose;
  const std::string but = "rose in " + samples_in(trend) + ", but ";
  if (fit.fell_back()) {
    trend.reason = but + "fell back";
  } else if (!fit.goes_on() || !fit.is_up_at_its_end()) {
    trend.reason = but + "not any more, or ever slower: a step or a warm-up";
  } else if (!fit.is_straight()) {
    trend.reason = but + "unevenly: in steps, or up and down";
  } else {
    trend.trend = Trend::growing;
    trend.rate_per_second = fit.line.slope;
    trend.reason = "evenly: in " + percent(fit.test.rising_share) + " of the pairs of its " +
                   report::counted(trend.samples, "sample", "samples") + " the later is higher";
  }
}

// The samples from which on the process may be another one.
std::vector<std::size_t> falls(std::span<const Point> samples) {
  constexpr double kFraction = 1.0 / 3;
  constexpr double kFall = 50;  // handles
  std::vector<std::size_t> found;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const double before = samples[i - 1].value;
    if (samples[i].value < before * kFraction && before - samples[i].value >= kFall) found.push_back(i);
  }
  return found;
}

// Saves the work of judging what does not rise at all.
bool may_grow(std::span<const Point> samples) {
  const std::vector<Point> quarters = thinned(samples, 4);
  return quarters.back().value - quarters.front().value >= kLeastGrowth / 2;
}

// Most of the growth of the last ones leads to where none of those before had been.
bool leads_to_new_heights(std::span<const Point> before, const report::CountTrend& last) {
  const double growth = static_cast<double>(last.last) - static_cast<double>(last.first);
  return std::ranges::max(before, {}, &Point::value).value < static_cast<double>(last.last) - growth / 2;
}

}  // namespace

report::CountTrend trend_by_now(std::span<const Point> samples) {
  report::CountTrend all = trend_of(samples);
  if (all.trend == Trend::growing || all.trend == Trend::too_short) return all;
  constexpr std::size_t kFewest = 12;  // a few points of what goes up and down lie on a line soon
  for (std::size_t count = samples.size() * 2 / 3; count >= kFewest; count = count * 2 / 3) {
    const auto last = samples.last(count);
    if (!may_grow(last)) continue;
    report::CountTrend trend = trend_of(last);
    if (trend.trend == Trend::growing && leads_to_new_heights(samples.first(samples.size() - count), trend))
      return trend;
  }
  return all;
}

report::CountTrend trend_of(std::span<const Point> samples) {
  report::CountTrend trend;
  trend.samples = samples.size();
  if (samples.empty()) return trend;
  trend.from_s = samples.front().at;
  trend.until_s = samples.back().at;
  trend.first = whole(samples.front().value);
  trend.last = whole(samples.back().value);
  const auto [least, most] = std::ranges::minmax(samples, {}, &Point::value);
  trend.least = whole(least.value);
  trend.most = whole(most.value);
  judge(samples, trend);
  return trend;
}

report::CountTrend trend_of_instance(std::span<const Point> samples) {
  const std::vector<std::size_t> begins = falls(samples);
  if (begins.empty()) return trend_of(samples);
  if (begins.size() == 1) {
    report::CountTrend trend = trend_of(samples.subspan(begins.front()));
    trend.reason = "since it fell from " + report::thousands(whole(samples[begins.front() - 1].value)) +
                   " to " + report::thousands(trend.first) + " at once: " + trend.reason;
    return trend;
  }
  report::CountTrend trend = trend_of(samples);
  if (trend.trend == Trend::too_short) return trend;
  trend.trend = Trend::steady;
  trend.rate_per_second = 0;
  trend.reason = "fell to a fraction at once " + std::to_string(begins.size()) +
                 " times: it starts anew, or gives its handles back; log ID Process, too, which tells";
  return trend;
}

}  // namespace ajar::analyze
