#include "console/trace_log.h"

#include <algorithm>

namespace ajar::console {

using What = Trace::What;

void TraceLog::add(const model::Event& event, std::uint64_t handle, What what) {
  if (what == What::open) open_.insert(handle);
  if (what == What::close) open_.erase(handle);
  rows_.push_back({.time = event.time,
                   .handle = handle,
                   .stack = event.stack,
                   .thread = event.thread,
                   .image = event.image,
                   .what = what});
}

void TraceLog::on_event(const model::Event& event) {
  using enum model::EventKind;
  switch (event.kind) {
    case open:
    case duplicate:
      return add(event, event.handle, What::open);
    case close:
      if (!event.implied || open_.contains(event.handle)) add(event, event.handle, What::close);
      return;
    case close_range: {
      const std::vector<std::uint64_t> closed(open_.lower_bound(event.handle),
                                              open_.upper_bound(event.other));
      for (const std::uint64_t handle : closed) add(event, handle, What::close);
      return;
    }
    case bad_reference:
    case bad_use:
      return add(event, event.handle, What::bad_reference);
    case inherit:
    case failed_open:
    case address:
      return;
  }
}

void TraceLog::on_events(const model::World& /*world*/, std::span<const model::Event> events) {
  for (const model::Event& event : events) {
    if (event.table == table_) on_event(event);
  }
}

std::uint64_t TraceLog::count_since(std::optional<model::Time> since) const {
  if (!since) return rows_.size();
  return static_cast<std::uint64_t>(
      std::ranges::count_if(rows_, [&](const Row& row) { return row.time > *since; }));
}

// Events come only nearly in their order.
std::vector<TraceLog::Row> TraceLog::by_age() const {
  std::vector<Row> rows = rows_;
  std::ranges::stable_sort(rows, {}, &Row::time);
  std::ranges::reverse(rows);
  return rows;
}

std::vector<Trace> TraceLog::newest_first(const model::World& world, std::uint64_t handle,
                                          std::uint64_t most) const {
  std::vector<Trace> traces;
  for (const Row& row : by_age()) {
    if (handle != 0 && row.handle != handle) continue;
    traces.push_back(trace_of(world, row));
    if (most != 0 && traces.size() == most) break;
  }
  return traces;
}

std::vector<Trace> TraceLog::opens_of(const model::World& world,
                                      const std::set<std::uint64_t>& handles) const {
  std::vector<Trace> traces;
  std::set<std::uint64_t> missing = handles;
  for (const Row& row : by_age()) {
    if (row.what != What::open || missing.erase(row.handle) == 0) continue;
    traces.push_back(trace_of(world, row));
  }
  return traces;
}

// The process is that of the thread: another one may push handles in.
Trace TraceLog::trace_of(const model::World& world, const Row& row) {
  Trace trace{.what = row.what, .handle = row.handle, .stack = code_lines(world, row.stack)};
  const model::Thread* thread = world.threads.find(row.thread);
  const model::Image* image = world.images.find(row.image);
  model::ProcessId owner = image == nullptr ? model::ProcessId() : image->process;
  if (thread != nullptr && !thread->process.none()) owner = thread->process;
  const model::Process* process = world.processes.find(owner);
  if (thread != nullptr) trace.thread = static_cast<std::uint64_t>(thread->tid);
  if (process != nullptr) trace.process = static_cast<std::uint64_t>(process->pid);
  return trace;
}

}  // namespace ajar::console
