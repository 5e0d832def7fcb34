#include "analyze/fall_finder.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <utility>

namespace ajar::analyze {
namespace {

constexpr std::size_t kMostFound = 64;
constexpr std::size_t kCurvePoints = 48;

bool is_one_process(const model::World& world, model::ProcessId id) {
  const model::Process* process = world.processes.find(id);
  return process != nullptr && process->pid != 0;
}

std::vector<model::ProcessId> ended_at(const model::World& world, const CountsById& rows,
                                       model::ProcessId falling, const Fall& fall) {
  std::vector<model::ProcessId> ended;
  for (const auto& [id, counts] : rows) {
    if (id == falling || counts.samples.empty() || !is_one_process(world, id)) continue;
    const double last = counts.samples.back().at;
    if (last >= fall.may_end_from && last <= fall.may_end_until) ended.push_back(id);
  }
  return ended;
}

// As the two were looked at together before the one's end: the last time, or the one before, since the last
// look may have come when one of them had begun to close all.
double shared_with(const ProcessCounts& falling, model::ProcessId other, double ended_by) {
  double last = 0;
  double before = 0;
  for (const TableLook& look : falling.looks) {
    if (look.at > ended_by) break;
    if (const double seen = look.shared_with(other); seen > 0) before = std::exchange(last, seen);
  }
  return std::max(last, before);
}

// Some of the samples, the last one and those around it among them.
std::vector<report::CountPoint> curve_of(std::span<const Point> samples, double until) {
  const auto end = std::ranges::upper_bound(samples, until, {}, &Point::at);
  samples = samples.first(static_cast<std::size_t>(end - samples.begin()));
  const std::size_t count = std::min(samples.size(), kCurvePoints);
  std::vector<report::CountPoint> points;
  for (std::size_t i = 0; i < count; ++i) {
    const Point& sample = samples[samples.size() * (i + 1) / count - 1];
    points.push_back({.at_s = sample.at, .handles = whole_count(sample.value)});
  }
  return points;
}

}  // namespace

void FallFinder::find(const model::World& world, const std::set<model::Time>& moments, CountsById& rows,
                      const std::set<model::ProcessId>& fallen) {
  if (moments.size() < 2) return;
  const double until = model::seconds(*std::prev(moments.end(), 2));
  if (until <= judged_until_) return;
  for (const model::ProcessId id : fallen) {
    ProcessCounts& counts = rows.at(id);
    if (counts.fell_at <= judged_until_ || !is_one_process(world, id)) continue;
    for (const Fall& fall : falls_in(counts.samples, judged_until_, until))
      judge(rows, ended_at(world, rows, id, fall), id, counts, fall);
  }
  judged_until_ = until;
}

void FallFinder::judge(const CountsById& rows, const std::vector<model::ProcessId>& ended,
                       model::ProcessId id, ProcessCounts& counts, const Fall& fall) {
  std::vector<EndedRow> candidates;
  for (const model::ProcessId other : ended) {
    candidates.push_back(
        {.counts = rows.at(other).row(), .shared = shared_with(counts, other, fall.after.at)});
  }
  const auto judged = judge_fall(counts.row(), fall, counts.fell_before, candidates);
  if (!judged) {
    counts.fell_before = std::max(counts.fell_before, fall.by());
    return;
  }
  Found found{.process = id, .ended = {}, .fall = {}};
  found.fall.basis = judged->basis;
  found.fall.at_s = fall.after.at;
  found.fall.from = whole_count(fall.before.value);
  found.fall.to = whole_count(fall.after.value);
  found.fall.curve = curve_of(counts.samples, fall.after.at);
  for (std::size_t i = 0; i < judged->ended.size(); ++i) {
    const std::size_t place = judged->ended[i];
    found.ended.push_back(ended[place]);
    found.fall.ended.push_back({.process = {},
                                .shared = whole_count(candidates[place].shared),
                                .r = judged->r[i],
                                .curve = curve_of(candidates[place].counts.samples, fall.after.at)});
  }
  if (found_.size() == kMostFound) {
    found_.erase(found_.begin());
    ++forgotten_;
  }
  found_.push_back(std::move(found));
}

void FallFinder::name_new(const std::function<report::NamedProcess(model::ProcessId)>& named) {
  for (std::size_t i = std::max(named_, forgotten_) - forgotten_; i < found_.size(); ++i) {
    Found& found = found_[i];
    found.fall.process = named(found.process);
    for (std::size_t k = 0; k < found.ended.size(); ++k) found.fall.ended[k].process = named(found.ended[k]);
  }
  named_ = count();
}

}  // namespace ajar::analyze
