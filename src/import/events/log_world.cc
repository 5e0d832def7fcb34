#include "import/events/log_world.h"

#include <algorithm>
#include <tuple>

#include "base/words.h"
#include "catalog/windows_events.h"
#include "model/process_rows.h"

namespace ajar::import::events {
namespace {

using catalog::WindowsEvent;
using model::Time;

const WindowsEvent* row_of(const LoggedEvent& event) {
  const auto* const found = std::ranges::find_if(catalog::kWindowsEvents, [&](const WindowsEvent& row) {
    return row.id == event.id &&
           (base::same_word(row.source, event.source) || base::same_word(row.source, event.classic_source)) &&
           event.text.find(row.has) != std::string::npos;
  });
  return found == catalog::kWindowsEvents.end() ? nullptr : found;
}

}  // namespace

void LogWorld::add(const LoggedEvent& event) {
  if (!event.unix_ns || event.source.empty()) return miss();
  const Time time(*event.unix_ns);
  const auto [at, is_new] = logs_.try_emplace({event.channel, event.computer});
  model::SystemLog& log = at->second;
  if (is_new) {
    log.channel = event.channel;
    log.host = event.computer;
    log.from = log.until = time;
  }
  ++log.looked_at;
  log.from = std::min(log.from, time);
  log.until = std::max(log.until, time);
  const WindowsEvent* row = row_of(event);
  if (row == nullptr) return;
  log.events.push_back({.time = time, .source = std::string(row->source), .id = row->id, .text = event.text});
  if (row->tells != catalog::EventTells::memory_used_up) return;
  for (const LoggedProcess& process : event.processes)
    if (process.handles) counted_.push_back({.time = time, .host = event.computer, .process = process});
}

base::Result<Time> LogWorld::write(model::World& world, recording::Writer& writer) {
  if (logs_.empty()) return base::Error("there is no event in it that could be read");
  Time start = logs_.begin()->second.from;
  Time end = logs_.begin()->second.until;
  model::SystemLog* largest = nullptr;
  for (auto& [key, log] : logs_) {
    start = std::min(start, log.from);
    end = std::max(end, log.until);
    if (largest == nullptr || log.looked_at > largest->looked_at) largest = &log;
  }
  largest->not_read = not_read_;
  largest->cut_off = is_cut_off_;
  world.origin.way = model::Origin::kEventLog;
  world.origin.system = "Windows";
  world.origin.host = largest->host;
  world.origin.started_unix_ns = start.count();
  if (auto written = write_counts(start, world, writer); !written.ok()) return std::move(written).error();
  for (auto& [key, log] : logs_) {
    log.from -= start;
    log.until -= start;
    for (model::SystemEvent& event : log.events) event.time -= start;
    std::ranges::stable_sort(log.events, {}, &model::SystemEvent::time);
    if (auto written = writer.system_log(log); !written.ok()) return std::move(written).error();
  }
  return end - start;
}

base::Result<void> LogWorld::write_counts(Time start, model::World& world, recording::Writer& writer) {
  using Key = std::tuple<std::string, std::string, std::uint64_t>;
  std::ranges::stable_sort(counted_, {}, &Counted::time);
  std::map<Key, model::ProcessId> known;
  std::vector<model::CountSample> samples;
  for (const Counted& counted : counted_) {
    const Time time = counted.time - start;
    const auto [at, is_new] = known.try_emplace({counted.host, counted.process.name, counted.process.pid});
    if (is_new) {
      const model::ProcessRows rows = model::add_process(world, counted.process.pid, counted.process.name);
      world.processes.find(rows.process)->started = time;
      at->second = rows.process;
    }
    samples.push_back({.process = at->second, .time = time, .handles = *counted.process.handles});
  }
  return writer.counts(samples);
}

}  // namespace ajar::import::events
