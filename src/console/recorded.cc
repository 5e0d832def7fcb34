#include "console/recorded.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "analyze/analysis.h"
#include "analyze/dump.h"
#include "analyze/marks.h"
#include "console/trace_log.h"

namespace ajar::console {
namespace {

// Tells two at once.
class Both final : public model::Observer {
 public:
  Both(model::Observer& first, model::Observer& second) : first_(first), second_(second) {}

  void on_events(const model::World& world, std::span<const model::Event> events) override {
    first_.on_events(world, events);
    second_.on_events(world, events);
  }
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot) override {
    first_.on_snapshot(world, snapshot);
    second_.on_snapshot(world, snapshot);
  }
  void on_loss(const model::World& world, const model::Loss& loss) override {
    first_.on_loss(world, loss);
    second_.on_loss(world, loss);
  }

 private:
  model::Observer& first_;
  model::Observer& second_;
};

base::Result<std::optional<model::Mark>> mark_of(const model::World& world, const std::string& label) {
  if (label.empty() && world.marks.size() == 0) return std::optional<model::Mark>();
  auto mark = analyze::find_mark(world, label);
  if (!mark.ok()) return std::move(mark).error();
  return std::optional(std::move(mark).value());
}

base::Error nothing_traced(const model::World& world) {
  if (world.origin.is_windows()) {
    return base::Error(
        "no operations on handles are in it: handle tracing was off; turn it on before the next dump with "
        "'!htrace -enable' in WinDbg, or with Application Verifier");
  }
  return base::Error(
      "no operations on handles are in it; 'ajar run' and 'ajar attach' make recordings that have them");
}

std::set<std::uint64_t> outstanding_handles(const report::Process& process) {
  std::set<std::uint64_t> handles;
  for (const report::Group& group : process.groups) {
    if (!group.suppressed_by.empty()) continue;
    for (const report::Handle& handle : group.handles) handles.insert(handle.value);
  }
  return handles;
}

}  // namespace

Recorded::Recorded(model::Source& source, analyze::Moment moment) : source_(source), moment_(moment) {
  const model::World& world = source.world();
  std::map<model::ProcessId, model::ImageId> last;
  for (const model::Image& image : world.images) {
    if (world.processes.find(image.process) != nullptr) last[image.process] = image.id;
  }
  for (const auto& [process, image] : last) {
    rows_.push_back({.pid = world.processes.find(process)->pid, .path = world.images.find(image)->path});
    images_.push_back(image);
  }
}

const model::Image& Recorded::image(std::size_t process) const {
  return *source_.world().images.find(images_.at(process));
}

std::optional<std::size_t> Recorded::find(std::int64_t pid) const {
  for (std::size_t i = rows_.size(); i-- > 0;) {
    if (rows_[i].pid == pid) return i;
  }
  return std::nullopt;
}

base::Result<model::Snapshot> Recorded::table(std::size_t process, bool /*facts*/) {
  auto tables = analyze::tables_at(source_, {moment_});
  if (!tables.ok()) return std::move(tables).error();
  for (analyze::TableAt& table : tables.value().front()) {
    const model::Image* of = source_.world().images.find(table.snapshot.image);
    if (of != nullptr && of->process == image(process).process) return std::move(table.snapshot);
  }
  return base::Error("of this process no handle table was recorded; '|' lists the others");
}

base::Result<std::vector<ModuleRow>> Recorded::modules(std::size_t process) {
  std::vector<ModuleRow> rows;
  for (const model::Module& module : source_.world().modules) {
    if (module.image != image(process).id) continue;
    rows.push_back({.begin = module.begin,
                    .end = module.end,
                    .path = module.path,
                    .is_loaded = !module.unloaded.has_value()});
  }
  std::ranges::stable_sort(rows, {}, &ModuleRow::begin);
  return rows;
}

Times Recorded::times(std::size_t process) {
  const model::World& world = source_.world();
  Times times;
  if (world.origin.started_unix_ns != 0) times.unix_ns = world.origin.started_unix_ns + source_.end().count();
  if (const model::Process* row = world.processes.find(image(process).process))
    times.up_s = analyze::up_at(world, *row, std::min(source_.end(), row->ended.value_or(source_.end())));
  return times;
}

base::Result<Traces> Recorded::traces(std::size_t process, std::uint64_t handle, std::uint64_t most) {
  TraceLog log(image(process).table);
  model::Cursor cursor;
  source_.read(cursor, log);
  if (log.size() == 0) return nothing_traced(source_.world());
  return Traces{.traces = log.newest_first(source_.world(), handle, most), .of = log.size()};
}

base::Result<Traces> Recorded::outstanding(std::size_t process, const std::string& label) {
  auto mark = mark_of(source_.world(), label);
  if (!mark.ok()) return std::move(mark).error();
  const auto since = mark.value() ? std::optional(mark.value()->time) : std::nullopt;
  analyze::Options options;
  options.since = std::move(mark).value();
  analyze::Analysis analysis(std::move(options));
  TraceLog log(image(process).table);
  Both both(analysis, log);
  model::Cursor cursor;
  source_.read(cursor, both);
  if (log.size() == 0) return nothing_traced(source_.world());
  const report::Report report = analysis.finish(source_.world(), source_.end());
  Traces traces{.traces = {}, .of = log.count_since(since)};
  const auto told = std::ranges::find(report.processes, rows_.at(process).pid, &report::Process::pid);
  if (told != report.processes.end())
    traces.traces = log.opens_of(source_.world(), outstanding_handles(*told));
  return traces;
}

Traces Recorded::opens_in(std::size_t process, const report::Process& told,
                          std::optional<model::Time> since) {
  TraceLog log(image(process).table);
  model::Cursor cursor;
  source_.read(cursor, log);
  return {.traces = log.opens_of(source_.world(), outstanding_handles(told)), .of = log.count_since(since)};
}

base::Result<void> Recorded::set_mark(std::size_t /*process*/) {
  return base::Error(
      "this was recorded, and gets no marks any more; '!htrace -diff' tells what was open at its end, "
      "'!htrace -diff LABEL' what came after a mark of 'ajar mark'");
}

base::Result<void> Recorded::stop_tracing(std::size_t /*process*/) {
  return base::Error("this was recorded: nothing is traced any more");
}

}  // namespace ajar::console
