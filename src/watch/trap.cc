#include "watch/trap.h"

#include <algorithm>
#include <utility>

#include "platform/own_executable.h"
#include "session/live_tables.h"
#include "watch/running_out.h"

namespace ajar::watch {
namespace {

using analyze::Condition;

constexpr std::size_t kMostAtOnce = 4;  // are recorded
constexpr model::Time kLimitAgain = std::chrono::seconds(30);

// How soon it has as many as it may.
std::optional<double> full_in_s(report::CountTrend growth, std::optional<std::uint64_t> soft_limit) {
  growth.soft_limit = soft_limit;
  return growth.full_in_s();
}

// Where the whole system has run out: what grows the fastest; where nothing does, what has the most.
model::ProcessId first_to_blame(Watch& watch) {
  model::ProcessId first;
  std::pair<double, std::uint64_t> most;
  for (const model::CountSample& sample : watch.samples()) {
    const bool grows = watch.growing().contains(sample.process);
    const std::pair has(grows ? watch.trend(sample.process).rate_per_second : 0, sample.handles);
    if (!first.none() && has <= most) continue;
    first = sample.process;
    most = has;
  }
  return first;
}

// The kernel's log says so only where there never were as many before.
bool has_used_all(const report::Sweep& sweep) {
  return sweep.used && sweep.most && *sweep.most > 0 && *sweep.used >= *sweep.most;
}

}  // namespace

Trap::Trap(TrapOptions options, std::string ajar) : options_(std::move(options)), ajar_(std::move(ajar)) {}
Trap::~Trap() = default;

base::Result<std::unique_ptr<Trap>> Trap::arm(TrapOptions options) {
  auto ajar = platform::own_executable();
  if (!ajar.ok()) return std::move(ajar).error();
  std::unique_ptr<Trap> trap(new Trap(std::move(options), std::move(ajar).value()));
  auto listening = RunningOut::listen(trap->options_.condition);
  if (!listening.ok()) return std::move(listening).error();
  trap->running_out_ = std::move(listening).value();
  return trap;
}

bool Trap::is_own(std::int64_t pid) const {
  return std::ranges::any_of(recordings_,
                             [pid](const Running& running) { return running.recording->is_own(pid); });
}

// Hooks that do not end keep nobody from being caught, for long.
bool Trap::has_room() const {
  constexpr std::size_t kMostHooks = 32;
  const auto recorded =
      std::ranges::count_if(recordings_, [](const Running& running) { return running.recording->records(); });
  return static_cast<std::size_t>(recorded) < kMostAtOnce && recordings_.size() < kMostHooks;
}

void Trap::look(Watch& watch) {
  running_out_->look();
  const bool is_full = running_out_->system_is_full() || has_used_all(watch.sweep());
  const bool asks = options_.condition.asks_for(Condition::Quantity::system_full);
  first_to_blame_ = asks && is_full ? first_to_blame(watch) : model::ProcessId();
  for (const model::CountSample& sample : watch.samples()) {
    const std::int64_t pid = watch.world().processes.find(sample.process)->pid;
    if (!is_own(pid)) look_at(watch, sample, pid);
  }
  for (const model::ProcessId ended : watch.ended()) watched_.erase(ended);
}

void Trap::look_for_limit(Watched& watched, std::int64_t pid, model::Time now) const {
  const bool asks = options_.condition.asks_for(Condition::Quantity::share) ||
                    options_.condition.asks_for(Condition::Quantity::full);
  if (!asks || (watched.limit_again && now < *watched.limit_again)) return;
  watched.soft_limit = session::soft_limit_of(pid);
  watched.limit_again = now + kLimitAgain;
}

analyze::CountFacts Trap::facts_of(Watch& watch, const model::CountSample& sample, std::int64_t pid) {
  Watched& watched = watched_[sample.process];
  look_for_limit(watched, pid, sample.time);
  analyze::CountFacts facts{.count = sample.handles,
                            .refused = running_out_->was_refused(pid),
                            .system_full = sample.process == first_to_blame_};
  if (watch.growing().contains(sample.process)) {
    const report::CountTrend growth = watch.trend(sample.process);
    facts.rate_per_second = growth.rate_per_second;
    facts.full_in_s = full_in_s(growth, watched.soft_limit);
  }
  if (watched.soft_limit && *watched.soft_limit > 0)
    facts.share = static_cast<double>(sample.handles) / static_cast<double>(*watched.soft_limit);
  return facts;
}

void Trap::look_at(Watch& watch, const model::CountSample& sample, std::int64_t pid) {
  const analyze::CountFacts facts = facts_of(watch, sample, pid);
  Watched& watched = watched_[sample.process];
  auto why = options_.condition.holds(facts, model::seconds(sample.time), watched.state);
  const bool is_free = !watched.not_before || sample.time >= *watched.not_before;
  if (!why || !is_free || !has_room()) return;
  watched.not_before = sample.time + std::max(options_.cool_down, options_.recording.record_for);
  report::Caught who{.pid = pid,
                     .name = session::process_name(pid),
                     .at_s = model::seconds(sample.time),
                     .why = *std::move(why),
                     .handles = sample.handles,
                     .soft_limit = session::soft_limit_of(pid),
                     .rate_per_second = facts.rate_per_second.value_or(0)};
  caught_.push_back(who);
  recordings_.push_back(
      {.recording = std::make_unique<CaughtRecording>(ajar_, options_.recording, std::move(who)),
       .row = caught_.size() - 1});
}

std::vector<CatchNews> Trap::take_news() {
  std::vector<CatchNews> all;
  for (Running& running : recordings_) {
    std::ranges::move(running.recording->look(), std::back_inserter(all));
    caught_[running.row] = running.recording->who();
  }
  std::erase_if(recordings_, [](const Running& running) { return running.recording->is_over(); });
  return all;
}

void Trap::ask_to_end() {
  for (Running& running : recordings_) running.recording->ask_to_end();
}

}  // namespace ajar::watch
