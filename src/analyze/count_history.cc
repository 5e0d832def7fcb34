#include "analyze/count_history.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analyze/companions.h"
#include "analyze/count_trend.h"
#include "analyze/token_question.h"
#include "base/walk_in_order.h"

namespace ajar::analyze {
namespace {

constexpr std::size_t kMostJudged = 32;
constexpr std::size_t kMostLooks = 128;  // of a process
constexpr double kFew = 5;               // handles

// What people call the processes. `only`: these; empty: all.
std::unordered_map<model::ProcessId, std::string> names_of(const model::World& world,
                                                           std::span<const model::ProcessId> only = {}) {
  const std::set<model::ProcessId> wanted(only.begin(), only.end());
  std::unordered_map<model::ProcessId, std::string> first_threads;
  for (const model::Thread& thread : world.threads) {
    if (!wanted.empty() && !wanted.contains(thread.process)) continue;
    const model::Process* process = world.processes.find(thread.process);
    if (process != nullptr && process->pid == thread.tid) first_threads[process->id] = thread.name;
  }
  std::unordered_map<model::ProcessId, std::string> names;
  for (const model::Image& image : world.images) {
    if (wanted.empty() || wanted.contains(image.process))
      names[image.process] = image.name_with(first_threads[image.process]);
  }
  return names;
}

std::int64_t pid_of(const model::World& world, model::ProcessId id) {
  const model::Process* process = world.processes.find(id);
  return process == nullptr ? 0 : process->pid;
}

std::optional<std::uint64_t> limit(const std::optional<std::uint64_t>& told) {
  return told == model::Snapshot::kNoLimit ? std::nullopt : told;
}

// By how much it has more than it ever had less; 0 where it had more before.
double rise(std::span<const Point> samples) {
  const Point& last = samples.back();
  if (last.value <= samples.front().value) return 0;  // most of all processes
  const auto before = samples.first(samples.size() - 1);
  if (last.value < std::ranges::max(before, {}, &Point::value).value) return 0;
  return last.value - std::ranges::min(before, {}, &Point::value).value;
}

}  // namespace

CountHistory CountHistory::of_the_last(double seconds) {
  CountHistory history;
  history.goes_on_ = true;
  history.keep_s_ = seconds;
  return history;
}

void CountHistory::on_counts(const model::World& /*world*/, std::span<const model::CountSample> samples) {
  base::WalkInOrder rows(rows_);
  for (const model::CountSample& sample : samples) {
    now_ = std::max(now_, model::seconds(sample.time));
    ProcessCounts& row = rows.row(sample.process).first;
    const Point point{.at = model::seconds(sample.time), .value = static_cast<double>(sample.handles)};
    if (row.samples.empty())
      row.since = point.at;
    else if (row.samples.back().value - point.value >= kLeastFall)
      row.fell_at = point.at;
    row.samples.push_back(point);
    row.least = std::min(row.least, point.value);
    if (stirs(row)) stirring_.insert(sample.process);
    moments_.insert(moments_.end(), sample.time);
  }
  if (goes_on_) forget_old();
}

void CountHistory::on_time(model::Time time) {
  now_ = std::max(now_, model::seconds(time));
  if (goes_on_) forget_old();
}

// Whether more than its counts' least by a few, or growing, or fallen so lately that nobody asked yet why.
bool CountHistory::stirs(const ProcessCounts& row) const {
  return row.samples.back().value - row.least >= kFew || row.grows_since ||
         row.fell_at > falls_.judged_until();
}

void CountHistory::on_snapshot(const model::World& world, const model::Snapshot& snapshot) {
  const model::Image* image = world.images.find(snapshot.image);
  if (image == nullptr) return;
  has_new_looks_ = true;
  ProcessCounts& row = rows_[image->process];
  row.soft_limit = limit(snapshot.soft_limit);
  row.hard_limit = limit(snapshot.hard_limit);
  if (row.looks.size() == kMostLooks) row.looks.erase(row.looks.begin());
  row.looks.push_back({.at = model::seconds(snapshot.end),
                       .begin = model::seconds(snapshot.begin),
                       .types = snapshot.types(),
                       .shared = snapshot.shared});
}

// Now and then: it looks at all rows.
void CountHistory::forget_old() {
  constexpr double kParts = 64;
  if (now_ - forgot_ < keep_s_ / kParts) return;
  forgot_ = now_;
  const double oldest = now_ - keep_s_;
  for (auto& [id, row] : rows_) {
    std::vector<Point>& samples = row.samples;
    const auto kept = std::ranges::lower_bound(samples, oldest, {}, &Point::at);
    // Not one by one: each time all that are kept are moved.
    if (kept - samples.begin() > (samples.end() - kept) / 4) {
      const Point& least = *std::ranges::min_element(samples.begin(), kept, {}, &Point::value);
      if (!row.least_forgotten || least.value <= row.least_forgotten->value) row.least_forgotten = least;
      samples.erase(samples.begin(), kept);
      row.least = samples.empty() ? row.least : std::ranges::min(samples, {}, &Point::value).value;
    }
    std::erase_if(row.looks, [&](const TableLook& look) { return look.at < oldest; });
  }
  std::erase_if(rows_, [&](const auto& row) {
    return row.second.samples.empty() || row.second.samples.back().at < oldest;
  });
  std::erase_if(stirring_, [&](model::ProcessId id) { return !knows(id); });
  std::erase_if(pairs_, [&](const auto& pair) { return !knows(pair.first) || !knows(pair.second); });
  while (!moments_.empty() && model::seconds(*moments_.begin()) < oldest) moments_.erase(moments_.begin());
}

std::vector<model::ProcessId> CountHistory::rising(std::size_t most) const {
  std::vector<std::pair<double, model::ProcessId>> found;
  for (const model::ProcessId id : stirring_) {
    const ProcessCounts& row = rows_.at(id);
    if (row.samples.back().at < now_) continue;
    if (const double by = rise(row.samples); by >= kFew) found.emplace_back(by, id);
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &std::pair<double, model::ProcessId>::first);
  std::vector<model::ProcessId> ids;
  for (const auto& [by, id] : std::span(found).first(std::min(most, found.size()))) ids.push_back(id);
  return ids;
}

void CountHistory::add_types(const ProcessCounts& row, report::CountTrend& trend) {
  std::map<std::string, std::vector<Point>> rows;
  for (const TableLook& look : row.looks) {
    for (const auto& [type, count] : look.types)
      rows[type].push_back({.at = look.at, .value = static_cast<double>(count)});
  }
  for (const auto& [type, points] : rows) {
    constexpr double kShare = 0.005;  // of all growth; less is not worth a word
    const double slope = points.size() < 2 ? 0 : robust_line(points).slope;
    if (slope <= trend.rate_per_second * kShare) continue;
    trend.types.push_back(
        {.type = type, .count = whole_count(points.back().value), .rate_per_second = slope});
  }
  std::ranges::stable_sort(trend.types, std::ranges::greater(), &report::TypeTrend::rate_per_second);
}

report::CountTrend CountHistory::trend_of_row(ProcessCounts& row, bool is_one_process) const {
  report::CountTrend trend = !is_one_process ? trend_of_instance(row.samples)
                             : goes_on_      ? trend_by_now(row.samples)
                                             : analyze::trend_of(row.samples);
  trend.ended = row.samples.back().at < now_;
  trend.soft_limit = row.soft_limit;
  trend.hard_limit = row.hard_limit;
  if (trend.trend != report::Trend::growing) {
    row.grows_since.reset();
    return trend;
  }
  if (!row.grows_since) row.grows_since = trend.from_s;
  trend.grows_for_s = trend.until_s - std::min(*row.grows_since, trend.from_s);
  add_types(row, trend);
  return trend;
}

std::set<model::ProcessId> CountHistory::growing(const model::World& world) {
  find_falls(world);
  const std::vector<model::ProcessId> rising = this->rising(kMostJudged);
  std::set<model::ProcessId> found;
  std::vector<JudgedProcess> judged;
  std::erase_if(stirring_, [&](model::ProcessId id) { return !stirs(rows_.at(id)); });
  for (const model::ProcessId id : stirring_) {
    ProcessCounts& row = rows_.at(id);
    if (row.samples.back().at < now_) continue;  // it has ended
    if (!row.grows_since && std::ranges::find(rising, id) == rising.end()) continue;
    report::CountTrend trend = trend_of_row(row, pid_of(world, id) != 0);
    if (trend.trend != report::Trend::growing) continue;
    found.insert(id);
    judged.push_back({.id = id, .trend = std::move(trend)});
  }
  if (std::exchange(has_new_looks_, false)) find_pairs(judged);
  return found;
}

void CountHistory::find_pairs(std::span<JudgedProcess> judged) {
  const std::size_t before = pairs_.size();
  pairs_.merge(pairs_together(rows_, judged));
  pairs_found_ += pairs_.size() - before;
}

void CountHistory::find_falls(const model::World& world) {
  falls_.find(world, moments_, rows_, stirring_);
  falls_.name_new([&](model::ProcessId id) {
    const Names names = names_of(world, std::span(&id, 1));
    const auto name = names.find(id);
    return report::NamedProcess{.pid = pid_of(world, id), .name = name == names.end() ? "" : name->second};
  });
}

std::vector<model::ProcessId> CountHistory::counted_last() const {
  std::vector<model::ProcessId> ids;
  for (const auto& [id, row] : rows_) {
    if (!row.samples.empty() && row.samples.back().at >= now_) ids.push_back(id);
  }
  return ids;
}

std::span<const Point> CountHistory::samples(model::ProcessId process) const {
  const auto row = rows_.find(process);
  return row == rows_.end() ? std::span<const Point>() : std::span<const Point>(row->second.samples);
}

report::CountTrend CountHistory::trend(const model::World& world, model::ProcessId process) {
  const auto row = rows_.find(process);
  if (row == rows_.end() || row->second.samples.empty()) return {};
  return trend_of_row(row->second, pid_of(world, process) != 0);
}

report::CountTrends CountHistory::trends(const model::World& world) {
  report::CountTrends told;
  told.host = world.origin.host;
  told.samples = moments_.size();
  if (!moments_.empty()) told.seconds = model::seconds(*moments_.rbegin() - *moments_.begin());
  const Names names = names_of(world);
  std::vector<JudgedProcess> judged;
  for (auto& [id, row] : rows_) {
    if (!row.samples.empty()) judged.emplace_back(id, trend_of(world, id, row, names));
  }
  std::ranges::stable_sort(judged, std::ranges::greater(), [](const JudgedProcess& process) {
    const report::CountTrend& trend = process.trend;
    const auto rise = static_cast<double>(trend.last) - static_cast<double>(trend.first);
    return std::tuple(static_cast<int>(trend.trend), trend.rate_per_second, rise);
  });
  add_companions(rows_, judged);
  const bool is_of_log = world.origin.shows_only_counts() || world.origin.shows_only_system_events();
  if (is_of_log || world.origin.is_windows()) told.tokens = token_questions(judged, is_of_log);
  for (JudgedProcess& process : judged) told.processes.push_back(std::move(process.trend));
  find_falls(world);
  for (const FallFinder::Found& found : falls_.found()) told.falls.push_back(found.fall);
  std::ranges::stable_sort(told.falls, {}, &report::FallAtEnd::at_s);
  return told;
}

report::CountTrend CountHistory::trend_of(const model::World& world, model::ProcessId process,
                                          ProcessCounts& row, const Names& names) const {
  const std::int64_t pid = pid_of(world, process);
  report::CountTrend trend = trend_of_row(row, pid != 0);
  trend.pid = pid;
  if (const auto name = names.find(process); name != names.end()) trend.name = name->second;
  return trend;
}

std::vector<report::CountTrend> CountHistory::trends_of(const model::World& world,
                                                        std::span<const model::ProcessId> processes) {
  std::vector<report::CountTrend> told;
  if (processes.empty()) return told;
  const Names names = names_of(world, processes);
  for (const model::ProcessId process : processes) {
    const auto row = rows_.find(process);
    const bool is_known = row != rows_.end() && !row->second.samples.empty();
    told.push_back(is_known ? trend_of(world, process, row->second, names) : report::CountTrend());
  }
  return told;
}

std::map<std::string, std::uint64_t> CountHistory::types_of(model::ProcessId process, double seconds) const {
  const auto row = rows_.find(process);
  if (row == rows_.end() || row->second.looks.empty()) return {};
  const TableLook& last = row->second.looks.back();
  return last.at < now_ - seconds ? std::map<std::string, std::uint64_t>() : last.types;
}

}  // namespace ajar::analyze
