#include "analyze/falls.h"

#include <algorithm>
#include <cstddef>

#include "analyze/count_trend.h"
#include "analyze/together.h"

namespace ajar::analyze {
namespace {

using Basis = report::FallAtEnd::Basis;

constexpr double kLeastShared = 5;     // handles
constexpr double kSharedOfFall = 0.5;  // so much of a fall was seen to be shared, by all that ended together
constexpr double kNamedFrom = 0.1;     // the same, for one of them to be named
constexpr double kFallOfShared = 0.5;  // so much of what was shared it gave back
constexpr double kAboveJitter = 6;     // times the jitter
constexpr double kRiseOfFall = 0.8;    // it gained so much of it while the other one lived
constexpr double kFallOfRise = 0.5;    // and gives back so much of what it gained
constexpr double kLikeBefore = 0.5;    // a fall of so much of it is one like it
constexpr std::size_t kMostNamed = 3;  // without what was shared
constexpr std::size_t kToCoincide = 30;  // samples

std::span<const Point> until(std::span<const Point> samples, double time) {
  const auto end = std::ranges::upper_bound(samples, time, {}, &Point::at);
  return samples.first(static_cast<std::size_t>(end - samples.begin()));
}

// By how much it had risen from `since` until it fell.
double rise(const CountRow& row, const Point& before, double since) {
  double least = before.value;
  if (row.least_forgotten && row.least_forgotten->at >= since) least = row.least_forgotten->value;
  for (const Point& sample : until(row.samples, before.at)) {
    if (sample.at >= since) least = std::min(least, sample.value);
  }
  return before.value - least;
}

std::optional<FallJudged> by_what_was_shared(const Fall& fall, std::span<const EndedRow> ended) {
  FallJudged judged{.basis = Basis::shared, .ended = {}};
  double shared = 0;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    if (ended[i].shared < std::max(kLeastShared, kNamedFrom * fall.by())) continue;
    judged.ended.push_back(i);
    judged.r.emplace_back();
    shared += ended[i].shared;
  }
  const bool is_it = shared >= kSharedOfFall * fall.by() && fall.by() >= kFallOfShared * shared;
  return is_it && !judged.ended.empty() ? std::optional(judged) : std::nullopt;
}

bool grew(std::span<const Point> samples) {
  return samples.size() >= kToCoincide && trend_by_now(samples).trend == report::Trend::growing;
}

// Those that were there while it rose by what it gives back.
std::vector<std::size_t> there_meanwhile(const CountRow& falling, const Fall& fall,
                                         std::span<const EndedRow> ended) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const double risen = rise(falling, fall.before, ended[i].counts.since);
    if (risen >= kRiseOfFall * fall.by() && fall.by() >= kFallOfRise * risen) found.push_back(i);
  }
  return found;
}

std::optional<FallJudged> by_counts(const CountRow& falling, const Fall& fall,
                                    std::span<const EndedRow> ended) {
  FallJudged judged{.basis = Basis::alike, .ended = there_meanwhile(falling, fall, ended)};
  if (judged.ended.empty() || judged.ended.size() > kMostNamed) return std::nullopt;
  // What is lost in ending is no growth.
  const auto before = until(falling.samples, fall.may_end_from);
  for (const std::size_t i : judged.ended)
    judged.r.push_back(resemblance(before, until(ended[i].counts.samples, fall.may_end_from)));
  const auto is_alike = [](const std::optional<double>& r) { return r.has_value(); };
  if (std::ranges::all_of(judged.r, is_alike)) return judged;
  if (std::ranges::any_of(judged.r, is_alike)) {
    judged.basis = Basis::several;
    return judged;
  }
  if (judged.ended.size() != 1 || !grew(before) ||
      !grew(until(ended[judged.ended.front()].counts.samples, fall.may_end_from)))
    return std::nullopt;
  judged.basis = Basis::coincidence;
  return judged;
}

}  // namespace

std::vector<Fall> falls_in(std::span<const Point> samples, double from, double until) {
  std::vector<Fall> falls;
  const auto begin = std::ranges::upper_bound(samples, from, {}, &Point::at);
  for (auto i = static_cast<std::size_t>(begin - samples.begin()); i + 1 < samples.size(); ++i) {
    if (samples[i].at > until) break;
    if (i == 0) continue;
    const Point& before = samples[i - 1];
    const bool goes_on = i >= 2 && samples[i - 2].value - before.value >= kLeastFall;
    if (before.value - samples[i].value < kLeastFall || goes_on) continue;
    falls.push_back({.before = before,
                     .after = samples[i + 1].value < samples[i].value ? samples[i + 1] : samples[i],
                     .may_end_from = samples[i >= 2 ? i - 2 : i - 1].at,
                     .may_end_until = samples[i].at});
  }
  return falls;
}

std::optional<FallJudged> judge_fall(const CountRow& falling, const Fall& fall, double fell_before,
                                     std::span<const EndedRow> ended) {
  if (ended.empty()) return std::nullopt;
  if (auto judged = by_what_was_shared(fall, ended)) return judged;
  const auto before = until(falling.samples, fall.before.at);
  if (fell_before >= kLikeBefore * fall.by() || fall.by() < kAboveJitter * jitter(before))
    return std::nullopt;
  return by_counts(falling, fall, ended);
}

}  // namespace ajar::analyze
