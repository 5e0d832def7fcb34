#include "watch/watch_states.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "platform/own_usage.h"
#include "session/live_tables.h"

namespace ajar::watch {
namespace {

constexpr std::chrono::seconds kAllEvery{5};
constexpr int kShare = 50;  // judging all takes at most that fraction of the time
// A process that doesn't rise any more has its table not looked at.
constexpr double kTypesKept = 60;  // seconds

}  // namespace

std::vector<model::CountSample> WatchStates::choose(const Watch& watch) const {
  std::vector<model::CountSample> all = watch.samples();
  const auto rank = [&](const model::CountSample& sample) {
    return std::tuple(!watch.growing().contains(sample.process), ~sample.handles, sample.process);
  };
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(most_, all.size()));
  std::ranges::partial_sort(all, end, std::ranges::less(), rank);
  all.erase(end, all.end());
  return all;
}

bool WatchStates::is_due(const Watch& watch, model::ProcessId process) const {
  const auto known = judged_.find(process);
  if (known == judged_.end()) return true;
  const bool grew = known->second.trend.trend == report::Trend::growing;
  return grew != watch.growing().contains(process);
}

void WatchStates::judge(Watch& watch, const std::vector<model::CountSample>& chosen) {
  const Clock::time_point begin = Clock::now();
  const bool all = begin >= all_due_;
  std::vector<model::ProcessId> due;
  std::map<model::ProcessId, Judged> kept;
  for (const model::CountSample& sample : chosen) {
    if (all || is_due(watch, sample.process))
      due.push_back(sample.process);
    else
      kept.insert(judged_.extract(sample.process));
  }
  judged_ = std::move(kept);
  std::vector<report::CountTrend> trends = watch.trends_of(due);
  for (std::size_t i = 0; i < due.size(); ++i) {
    const std::int64_t pid = trends[i].pid;
    trends[i].name = session::process_name(pid);  // it may be another program by now
    judged_[due[i]] = {.trend = std::move(trends[i]), .soft_limit = session::soft_limit_of(pid)};
  }
  if (all) all_due_ = begin + std::max<Clock::duration>(kAllEvery, kShare * (Clock::now() - begin));
}

report::ProcessState WatchStates::state_of(const Watch& watch, const model::CountSample& sample) const {
  const Judged& judged = judged_.at(sample.process);
  report::CountTrend now = judged.trend;
  now.last = sample.handles;
  now.soft_limit = judged.soft_limit;
  return {.pid = now.pid,
          .name = now.name,
          .handles = sample.handles,
          .trend = now.trend,
          .rate_per_second = now.rate_per_second,
          .full_in_s = now.full_in_s(),
          .soft_limit = now.soft_limit,
          .types = watch.types_of(sample.process, kTypesKept)};
}

report::WatchState WatchStates::of(Watch& watch) {
  report::WatchState state;
  state.sweep = watch.sweep();
  state.sweeps = ++sweeps_;
  state.others_handles = state.sweep.handles;
  const std::vector<model::CountSample> chosen = choose(watch);
  judge(watch, chosen);
  for (const model::CountSample& sample : chosen) {
    state.processes.push_back(state_of(watch, sample));
    state.others_handles -= sample.handles;
  }
  const platform::OwnUsage own = platform::OwnUsage::now();
  state.cpu_s = own.cpu_s;
  state.resident_bytes = own.resident_bytes;
  state.started_unix_s = own.started_unix_s;
  return state;
}

}  // namespace ajar::watch
