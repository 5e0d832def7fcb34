#include "capture/win_htrace/win_htrace.h"

#include <algorithm>
#include <utility>

#include "capture/win_htrace/tracing.h"

namespace ajar::capture::win_htrace {

using Taken = model::Snapshot::Taken;

base::Result<std::unique_ptr<WinHtrace>> WinHtrace::attach(Recorder& recorder,
                                                           const std::vector<std::int64_t>& pids,
                                                           std::unique_ptr<System> system) {
  if (auto there = has_tracing(*system); !there.ok()) return std::move(there).error();
  std::unique_ptr<WinHtrace> way(new WinHtrace(recorder, std::move(system)));
  for (const std::int64_t pid : pids) {
    auto process = TracedProcess::start(recorder, *way->system_, pid);
    if (!process.ok()) return std::move(process).error();
    way->alive_.push_back(std::move(process).value());
  }
  way->take_tables(Taken::at_start, false);
  return way;
}

std::vector<std::string> WinHtrace::notes() const {
  std::vector<std::string> notes;
  for (const auto& process : alive_) {
    const Tracing& tracing = process->tracing();
    const std::string name = "process " + std::to_string(process->pid());
    if (tracing.was_on) {
      notes.push_back(name +
                      ": its handles are traced already, by Application Verifier or a debugger: ajar looks "
                      "at that, and leaves it on");
    }
    notes.push_back(name + ": the kernel keeps its last " + std::to_string(tracing.slots) +
                    " operations on handles: of more than that between two looks the oldest are lost");
  }
  return notes;
}

LiveWay::Progress WinHtrace::look(bool now) {
  Progress progress;
  for (const auto& process : alive_) {
    const TracedProcess::Found found = process->look(now);
    progress.records += found.events;
    progress.fullest_percent = std::max(progress.fullest_percent, found.percent_new);
  }
  return progress;
}

LiveWay::Progress WinHtrace::poll() {
  const Progress progress = look(false);
  constexpr unsigned kLookAtEndsEvery = 64;
  if (++polls_ % kLookAtEndsEvery == 0) notice_ends();
  return progress;
}

void WinHtrace::notice_ends() {
  std::erase_if(alive_, [](const auto& process) { return process->has_ended(); });
}

// How it ended the process itself tells.
void WinHtrace::ended(std::int64_t /*pid*/, std::optional<int> /*exit_status*/,
                      std::optional<int> /*signal*/) {
  notice_ends();
}

std::optional<std::string> WinHtrace::failure() {
  for (const auto& process : alive_) {
    if (!process->failure().empty()) return process->failure();
  }
  return std::nullopt;
}

std::vector<std::int64_t> WinHtrace::living() const {
  std::vector<std::int64_t> pids;
  for (const auto& process : alive_) pids.push_back(process->pid());
  return pids;
}

// To ask all objects takes a while, in which some are closed, and numbers given again.
void WinHtrace::add_names(std::int64_t pid, model::Snapshot& table) {
  auto named = system_->table_with_names(pid);
  if (!named.ok()) return;
  for (model::Handle& handle : table.handles) {
    const model::Handle* known = named.value().find(handle.value);
    if (known != nullptr && known->type == handle.type) handle = *known;
  }
}

// What happened before a table was read has to be known before it, and of what happens between the two looks
// nobody knows on which side of the reading it was: so a snapshot lasts from the one to the other.
void WinHtrace::take_tables(Taken taken, bool with_names) {
  look(true);
  std::vector<model::Time> begins;
  for (const auto& process : alive_) begins.push_back(process->looked_until());
  auto tables = system_->tables(living());
  look(true);
  for (std::size_t i = 0; i < alive_.size(); ++i) {
    TracedProcess& process = *alive_[i];
    process.look_at_modules();
    if (!tables.ok()) continue;
    const auto found = tables.value().find(process.pid());
    if (found == tables.value().end()) continue;
    model::Snapshot& table = found->second;
    table.table = process.rows().table;
    table.image = process.rows().image;
    table.taken = taken;
    table.begin = begins[i];
    table.end = process.looked_until();
    if (taken == Taken::at_start) open_at_start_ += table.handles.size();
    if (with_names) add_names(process.pid(), table);
    recorder_.snapshot(table);
  }
}

void WinHtrace::snapshot(Taken taken) {
  notice_ends();
  take_tables(taken, taken == Taken::on_request);
}

void WinHtrace::finish() {
  notice_ends();
  take_tables(Taken::periodic, true);
  alive_.clear();
}

std::vector<HandleTrace> kept_traces(System& system, std::int64_t pid) {
  std::vector<HandleTrace> kept;
  const auto tracer = system.open(pid);
  if (!tracer.ok()) return kept;
  const auto answer = tracer.value()->query();
  if (!answer) return kept;
  const auto traces = HandleTraces::read(*answer);
  for (std::size_t i = 0; traces && i < traces->size(); ++i) kept.push_back(traces->trace(i));
  return kept;
}

}  // namespace ajar::capture::win_htrace
