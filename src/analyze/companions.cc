#include "analyze/companions.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyze/together.h"

namespace ajar::analyze {
namespace {

constexpr std::size_t kMostCompared = 8;
constexpr std::size_t kMostPoints = 60;

using report::Trend;

// Looks at both at one moment.
struct Common {
  std::vector<const TableLook*> one, other;
};

Common common_looks(const ProcessCounts& one, const ProcessCounts& other) {
  Common common;
  auto b = other.looks.begin();
  for (const TableLook& look : one.looks) {
    while (b != other.looks.end() && b->begin < look.begin) ++b;
    if (b == other.looks.end()) break;
    if (b->begin != look.begin) continue;
    common.one.push_back(&look);
    common.other.push_back(&*b);
  }
  return common;
}

// As the looks saw it while it grows.
std::vector<PairLook> pair_looks(const Common& common, model::ProcessId one, model::ProcessId other,
                                 double from) {
  std::vector<PairLook> looks;
  for (std::size_t i = 0; i < common.one.size(); ++i) {
    const TableLook& a = *common.one[i];
    const TableLook& b = *common.other[i];
    if (a.at < from) continue;
    looks.push_back({.at = a.begin,
                     .open = a.open(),
                     .shared = a.shared_with(other),
                     .other_open = b.open(),
                     .other_shared = b.shared_with(one)});
  }
  return looks;
}

// By type: how many there are, and how fast they become more. Those of which there are no more than before
// are left out.
std::vector<report::TypeTrend> shared_types(const std::vector<const TableLook*>& looks,
                                            model::ProcessId other, double shared_per_second) {
  constexpr double kShare = 0.05;  // of all that is shared more and more
  std::map<std::string, std::vector<Point>> series;
  for (const TableLook* look : looks) {
    for (const model::SharedCount& row : look->shared) {
      if (row.other == other)
        series[row.type].push_back({.at = look->begin, .value = static_cast<double>(row.count)});
    }
  }
  std::vector<report::TypeTrend> types;
  for (const auto& [type, points] : series) {
    if (points.back().at < looks.back()->begin) continue;  // not any more
    const double slope = points.size() < 2 ? 0 : robust_line(thinned(points, kMostPoints)).slope;
    if (slope <= kShare * shared_per_second) continue;
    types.push_back({.type = type, .count = whole_count(points.back().value), .rate_per_second = slope});
  }
  std::ranges::stable_sort(types, std::ranges::greater(), &report::TypeTrend::count);
  return types;
}

bool ever_shared(const Common& common, model::ProcessId other) {
  return std::ranges::any_of(common.one, [&](const TableLook* look) { return look->shared_with(other) > 0; });
}

// One that `one` grows together with.
std::optional<report::Companion> companion(const CountsById& rows, const JudgedProcess& one,
                                           const JudgedProcess& other) {
  const Common common = common_looks(rows.at(one.id), rows.at(other.id));
  if (!ever_shared(common, other.id)) return std::nullopt;
  const double from = std::max(one.trend.from_s, other.trend.from_s);
  const auto together = hand_in_hand(pair_looks(common, one.id, other.id, from));
  if (!together) return std::nullopt;
  return report::Companion{.process = {.pid = other.trend.pid, .name = other.trend.name},
                           .shared = shared_types(common.one, other.id, together->shared_per_second),
                           .share_of_growth = together->share_of_growth};
}

void compare(const CountsById& rows, JudgedProcess& one, JudgedProcess& other) {
  auto of_one = companion(rows, one, other);
  auto of_other = companion(rows, other, one);
  if (of_one && of_other) {
    one.trend.together.push_back(*std::move(of_one));
    other.trend.together.push_back(*std::move(of_other));
    return;
  }
  const auto r = resemblance(rows.at(one.id).samples, rows.at(other.id).samples);
  if (!r) return;
  one.trend.alike.push_back({.process = {.pid = other.trend.pid, .name = other.trend.name}, .r = *r});
  other.trend.alike.push_back({.process = {.pid = one.trend.pid, .name = one.trend.name}, .r = *r});
}

std::vector<JudgedProcess*> growing_ones(std::span<JudgedProcess> judged) {
  std::vector<JudgedProcess*> growing;
  for (JudgedProcess& process : judged) {
    if (process.trend.trend == Trend::growing && growing.size() < kMostCompared) growing.push_back(&process);
  }
  return growing;
}

}  // namespace

std::set<std::pair<model::ProcessId, model::ProcessId>> pairs_together(const CountsById& rows,
                                                                       std::span<JudgedProcess> judged) {
  const std::vector<JudgedProcess*> growing = growing_ones(judged);
  std::set<std::pair<model::ProcessId, model::ProcessId>> pairs;
  for (std::size_t i = 0; i < growing.size(); ++i) {
    for (std::size_t k = i + 1; k < growing.size(); ++k) {
      if (companion(rows, *growing[i], *growing[k]))
        pairs.insert(std::minmax(growing[i]->id, growing[k]->id));
    }
  }
  return pairs;
}

void add_companions(const CountsById& rows, std::span<JudgedProcess> judged) {
  const std::vector<JudgedProcess*> growing = growing_ones(judged);
  for (std::size_t i = 0; i < growing.size(); ++i) {
    for (std::size_t k = i + 1; k < growing.size(); ++k) compare(rows, *growing[i], *growing[k]);
  }
  for (JudgedProcess* process : growing) {
    std::ranges::stable_sort(process->trend.together, std::ranges::greater(),
                             &report::Companion::share_of_growth);
    std::ranges::stable_sort(process->trend.alike, std::ranges::greater(), &report::Alike::r);
  }
}

}  // namespace ajar::analyze
