#include "watch/watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ajar::watch {
namespace {

constexpr std::size_t kMostTables = 8;  // are looked at
constexpr model::Time kLeastBetween = std::chrono::seconds(1);
constexpr model::Time kMostBetween = std::chrono::seconds(5);
constexpr int kShareOfTables = 50;  // looking at them takes at most that fraction of the time

// Only how many there are of each type: for a recording that goes on for days.
model::Snapshot counted(const model::Snapshot& full) {
  model::Snapshot snapshot = full;
  snapshot.handles.clear();
  for (const auto& [type, count] : full.types()) snapshot.counts.push_back({.type = type, .count = count});
  return snapshot;
}

}  // namespace

base::Result<std::unique_ptr<Watch>> Watch::start(WatchOptions options) {
  for (const std::int64_t pid : options.pids) {
    if (auto there = CountSampler::can_count(pid); !there.ok()) return std::move(there).error();
  }
  std::unique_ptr<Watch> watch(new Watch(std::move(options)));
  if (watch->options_.output.empty()) return watch;
  auto file =
      session::SnapshotFile::create(watch->options_.output, watch->live_.world(), watch->options_.bounds);
  if (!file.ok()) return std::move(file).error();
  watch->file_ = std::move(file).value();
  return watch;
}

Watch::Watch(WatchOptions options)
    : options_(std::move(options)),
      sampler_(live_, options_.pids),
      history_(analyze::CountHistory::of_the_last(options_.keep_s)) {
  live_.is_way(model::Origin::kWatch);
}

void Watch::note(const base::Result<void>& written) {
  if (written.ok() || file_ == nullptr) return;
  trouble_ =
      written.error().message() + "; what was written before is kept, and the watch goes on without it";
  file_.reset();
}

const report::Sweep& Watch::look() {
  const model::Time begin = live_.now();
  CountSampler::Look look = sampler_.look();
  sweep_ = look.sweep;
  samples_ = std::move(look.samples);
  history_.on_counts(live_.world(), samples_);
  history_.on_time(begin);
  for (const session::LiveTables::Renewed& renewed : live_.take_renewed()) {
    if (file_ != nullptr) note(file_->changed(renewed.image));
    if (file_ != nullptr) note(file_->changed(renewed.thread));
  }
  if (file_ != nullptr) note(file_->add(samples_));
  if (file_ != nullptr) {
    if (auto trouble = file_->take_trouble()) trouble_ = std::move(trouble);
  }
  for (const model::ProcessId process : look.ended) {
    asked_.erase(process);
    looked_at_.erase(process);
    if (file_ != nullptr) note(file_->changed(process));
  }
  growing_ = history_.growing(live_.world());
  sweep_.findings = history_.findings();
  look_at_tables();
  ended_ = std::move(look.ended);
  forget_old();
  sweep_.took_s = model::seconds(live_.now() - begin);
  return sweep_;
}

// Neither the counts that are kept nor the recording refers to it any more.
bool Watch::may_forget(model::ProcessId ended) const {
  if (history_.knows(ended)) return false;
  if (file_ == nullptr) return true;
  const auto from = file_->kept_from();
  return from && live_.world().processes.find(ended)->ended < from;
}

// A recording that is not bounded refers to all that there ever were.
void Watch::forget_old() {
  if (file_ != nullptr && !options_.bounds.any()) return;
  while (!remembered_.empty() && may_forget(remembered_.front())) {
    live_.forget(remembered_.front());
    remembered_.pop_front();
  }
  remembered_.insert(remembered_.end(), ended_.begin(), ended_.end());
}

void Watch::look_at_tables() {
  std::vector<model::ProcessId> wanted = history_.rising(kMostTables);
  for (const model::ProcessId process : growing_) {
    if (wanted.size() < kMostTables && std::ranges::find(wanted, process) == wanted.end())
      wanted.push_back(process);
  }
  if (wanted.empty()) return;
  const auto is_known = [&](model::ProcessId process) { return asked_.contains(process); };
  const model::Time due = std::ranges::all_of(wanted, is_known) ? next_look_ : next_look_at_new_;
  if (live_.now() >= due) look_at_tables(wanted);
}

std::vector<session::LiveTable> Watch::read_tables(const std::vector<model::ProcessId>& processes) {
  std::vector<std::int64_t> pids;
  for (const model::ProcessId process : processes) pids.push_back(live_.world().processes.find(process)->pid);
  return live_.read_together(pids);
}

// All at once: what two of them share is known only of one moment. A table's first one goes into the
// recording whole. In the first seconds they are looked at more often, since little is known then.
void Watch::look_at_tables(const std::vector<model::ProcessId>& wanted) {
  const model::Time begin = live_.now();
  const std::vector<session::LiveTable> tables = read_tables(wanted);
  asked_.insert(wanted.begin(), wanted.end());
  const model::Time took = live_.now() - begin;
  if (!first_look_) first_look_ = begin;
  next_look_at_new_ = begin + std::max(kLeastBetween, kShareOfTables * took);
  next_look_ = std::max(next_look_at_new_,
                        begin + std::clamp((begin - *first_look_) / 4, kLeastBetween, kMostBetween));
  for (const session::LiveTable& table : tables) {
    const model::Snapshot& snapshot = table.table.snapshot;
    history_.on_snapshot(live_.world(), snapshot);
    const bool is_first = looked_at_.insert(live_.world().images.find(snapshot.image)->process).second;
    if (file_ != nullptr) note(file_->add(is_first ? snapshot : counted(snapshot)));
  }
}

base::Result<void> Watch::finish() {
  if (file_ == nullptr) return {};
  for (const session::LiveTable& table : read_tables({growing_.begin(), growing_.end()})) {
    if (auto written = file_->add(table.table.snapshot); !written.ok()) return written;
  }
  return file_->finish(live_.now());
}

}  // namespace ajar::watch
