#include "analyze/count_history.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "analyze/count_trend.h"

namespace ajar::analyze {
namespace {

// The names of processes' last images.
std::unordered_map<model::ProcessId, std::string> names_of(const model::World& world) {
  std::unordered_map<model::ProcessId, std::string> names;
  for (const model::Image& image : world.images) names[image.process] = image.name();
  return names;
}

}  // namespace

void CountHistory::on_counts(const model::World& /*world*/, std::span<const model::CountSample> samples) {
  for (const model::CountSample& sample : samples) {
    by_process_[sample.process].push_back(
        {.at = model::seconds(sample.time), .value = static_cast<double>(sample.handles)});
    moments_.insert(moments_.end(), sample.time);
  }
}

report::CountTrends CountHistory::trends(const model::World& world) const {
  report::CountTrends told;
  told.host = world.origin.host;
  told.samples = moments_.size();
  if (!moments_.empty()) told.seconds = model::seconds(*moments_.rbegin() - *moments_.begin());
  const auto names = names_of(world);
  for (const auto& [id, samples] : by_process_) {
    const model::Process* process = world.processes.find(id);
    const std::int64_t pid = process == nullptr ? 0 : process->pid;
    report::CountTrend trend = pid == 0 ? trend_of_instance(samples) : trend_of(samples);
    trend.pid = pid;
    if (const auto name = names.find(id); name != names.end()) trend.name = name->second;
    told.processes.push_back(std::move(trend));
  }
  const auto rank = [](const report::CountTrend& trend) {
    const auto rise = static_cast<double>(trend.last) - static_cast<double>(trend.first);
    return std::tuple(static_cast<int>(trend.trend), trend.rate_per_second, rise);
  };
  std::ranges::stable_sort(told.processes, std::ranges::greater(), rank);
  return told;
}

}  // namespace ajar::analyze
