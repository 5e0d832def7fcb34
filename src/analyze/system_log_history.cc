#include "analyze/system_log_history.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "base/number.h"
#include "base/words.h"
#include "catalog/windows_events.h"

namespace ajar::analyze {
namespace {

using catalog::EventTells;
using catalog::WindowsEvent;
using model::Time;
using report::SystemTrouble;

// A start is noted by several parts of the system, one after the other.
constexpr double kStartTakes = 600;  // seconds

const WindowsEvent* row_of(const model::SystemEvent& event) {
  const auto* const found = std::ranges::find_if(catalog::kWindowsEvents, [&](const WindowsEvent& row) {
    return row.id == event.id && base::same_word(row.source, event.source);
  });
  return found == catalog::kWindowsEvents.end() ? nullptr : found;
}

SystemTrouble::Of of(EventTells tells) {
  switch (tells) {
    case EventTells::pool_used_up:
      return SystemTrouble::Of::pool;
    case EventTells::ports_used_up:
      return SystemTrouble::Of::ports;
    case EventTells::memory_used_up:
      return SystemTrouble::Of::memory;
    default:
      return SystemTrouble::Of::maybe;
  }
}

// Since 1970, as Origin::started_unix_ns; whatever a recording says.
std::int64_t unix_ns(std::int64_t time_0, Time time) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(time_0) +
                                   static_cast<std::uint64_t>(time.count()));
}

// From one start of the system to the next.
struct Run {
  std::optional<Time> start;
  bool crashed = false;
  std::vector<const model::SystemEvent*> troubles;
};

class Runs {
 public:
  void add(const model::SystemEvent& event, EventTells tells) {
    if (tells == EventTells::start && (stopped_ || !just_began(event.time)))
      runs_.emplace_back().start = event.time;
    if (tells == EventTells::start || tells == EventTells::stop) stopped_ = tells == EventTells::stop;
    // It is noted when the system has started again.
    if (tells == EventTells::crash && just_began(event.time)) runs_[runs_.size() - 2].crashed = true;
    if (tells == EventTells::uptime && !runs_.back().start) runs_.back().start = start_by_uptime(event);
    if (catalog::is_trouble(tells)) runs_.back().troubles.push_back(&event);
  }

  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }

 private:
  // Whether the last run's start, which the log has, was just before.
  [[nodiscard]] bool just_began(Time time) const {
    return runs_.size() > 1 && model::seconds(time) - model::seconds(*runs_.back().start) < kStartTakes;
  }

  static std::optional<Time> start_by_uptime(const model::SystemEvent& event) {
    constexpr std::uint64_t kMost = 100ULL * 366 * 86'400;
    const std::string_view text = event.text;
    const auto seconds = base::parse_number(text.substr(0, text.find(',')));
    if (!seconds || *seconds > kMost || event.time < Time(0)) return std::nullopt;
    return event.time - std::chrono::seconds(*seconds);
  }

  std::vector<Run> runs_{1};  // the first one began before the log, as long as nobody says when
  bool stopped_ = false;      // since the last start
};

// The troubles of a run, by the catalog's rows.
std::vector<SystemTrouble> troubles_of(const Run& run, std::int64_t time_0) {
  std::vector<SystemTrouble> troubles;
  for (const WindowsEvent& row : catalog::kWindowsEvents) {
    SystemTrouble trouble{.of = of(row.tells),
                          .what = std::string(row.what),
                          .source = std::string(row.source),
                          .id = row.id,
                          .text = {}};
    for (const model::SystemEvent* event : run.troubles) {
      if (row_of(*event) != &row) continue;
      const std::int64_t at = unix_ns(time_0, event->time);
      if (trouble.times++ == 0) trouble.first_unix_ns = at;
      trouble.last_unix_ns = at;
      trouble.text = event->text;
    }
    if (trouble.times > 0) troubles.push_back(std::move(trouble));
  }
  return troubles;
}

report::SystemLog told_of(const model::SystemLog& log, std::int64_t time_0) {
  report::SystemLog told{.channel = log.channel,
                         .host = log.host,
                         .events = log.looked_at,
                         .not_read = log.not_read,
                         .cut_off = log.cut_off,
                         .from_unix_ns = unix_ns(time_0, log.from),
                         .until_unix_ns = unix_ns(time_0, log.until),
                         .runs = {}};
  std::vector<model::SystemEvent> events = log.events;
  std::ranges::stable_sort(events, {}, &model::SystemEvent::time);
  Runs runs;
  for (const model::SystemEvent& event : events) {
    if (const WindowsEvent* row = row_of(event)) runs.add(event, row->tells);
  }
  told.starts = runs.runs().size() - 1;
  for (auto run = runs.runs().begin(); run != runs.runs().end(); ++run) {
    if (run->troubles.empty()) continue;
    report::SystemRun& row = told.runs.emplace_back();
    if (run->start) row.started_unix_ns = unix_ns(time_0, *run->start);
    if (run + 1 != runs.runs().end()) row.next_start_unix_ns = unix_ns(time_0, *(run + 1)->start);
    row.crashed = run->crashed;
    row.troubles = troubles_of(*run, time_0);
  }
  return told;
}

bool pool_ran_out(const report::SystemLogs& logs) {
  const auto is_pool = [](const SystemTrouble& trouble) { return trouble.of == SystemTrouble::Of::pool; };
  return std::ranges::any_of(logs.logs, [&](const report::SystemLog& log) {
    return std::ranges::any_of(
        log.runs, [&](const report::SystemRun& run) { return std::ranges::any_of(run.troubles, is_pool); });
  });
}

}  // namespace

void SystemLogHistory::on_counts(const model::World& world, std::span<const model::CountSample> samples) {
  counts_.on_counts(world, samples);
}

void SystemLogHistory::on_system_log(const model::World& /*world*/, const model::SystemLog& log) {
  const auto [at, is_new] = logs_.try_emplace({log.channel, log.host}, log);
  if (is_new) return;
  model::SystemLog& known = at->second;
  known.looked_at += log.looked_at;
  known.not_read += log.not_read;
  known.cut_off = known.cut_off || log.cut_off;
  known.from = std::min(known.from, log.from);
  known.until = std::max(known.until, log.until);
  known.events.insert(known.events.end(), log.events.begin(), log.events.end());
}

report::SystemLogs SystemLogHistory::told(const model::World& world) {
  report::SystemLogs told;
  for (const auto& [key, log] : logs_) told.logs.push_back(told_of(log, world.origin.started_unix_ns));
  std::ranges::stable_sort(told.logs, std::ranges::greater(),
                           [](const report::SystemLog& log) { return !log.runs.empty(); });
  for (const WindowsEvent& row : catalog::kWindowsEvents) {
    if (catalog::is_trouble(row.tells))
      told.looked_for.push_back(std::string(row.source) + " " + std::to_string(row.id));
  }
  told.counts = counts_.trends(world);
  if (pool_ran_out(told)) {
    for (report::TokenQuestion& question : told.counts.tokens)
      question.known = report::TokenQuestion::Known::pool_out;
  }
  return told;
}

}  // namespace ajar::analyze
