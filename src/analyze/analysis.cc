#include "analyze/analysis.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "analyze/bad_closes.h"
#include "analyze/failed_opens.h"
#include "analyze/groups.h"
#include "analyze/handle_view.h"
#include "analyze/table_state.h"
#include "analyze/told_bad_closes.h"

namespace ajar::analyze {
namespace {

using Taken = model::Snapshot::Taken;

// Within a hundred years of the start, so that nothing a damaged recording says can overflow.
model::Time sane(model::Time time) {
  return std::clamp<model::Time>(time, model::Time{0}, std::chrono::years(100));
}

// What is known of a process beside its table.
struct Troubles {
  BadCloses bad_closes;
  FailedOpens failed_opens;
  std::uint64_t lost_events = 0;
};

model::ProcessId process_of(const model::World& world, model::ImageId image) {
  const model::Image* found = world.images.find(image);
  return found == nullptr ? model::ProcessId() : found->process;
}

Ending ending_of(const model::Process& process, model::Time end) {
  return {.at = sane(process.ended.value_or(end)),
          .ended = process.ended.has_value(),
          .finished = process.exit_status.has_value(),
          .killed = process.killed_by_signal.has_value()};
}

report::InheritedHandle inherited(const model::World& world, const OpenHandle& open, CodePaths& paths) {
  report::InheritedHandle handle{.handle = view(world, open), .opened_by = {}};
  if (!open.life->stack.none()) handle.opened_by = paths.of(open.life->stack).culprit;
  return handle;
}

report::Coverage coverage_of(const model::World& world, const TableState& table,
                             const std::vector<OpenHandle>& open, const Ending& ending,
                             const Options& options, CodePaths& paths) {
  report::Coverage coverage;
  coverage.open = open.size();
  for (const OpenHandle& handle : open) {
    switch (handle.counts_as) {
      case Generation::Origin::inherited:
        ++coverage.inherited;
        coverage.inherited_handles.push_back(inherited(world, handle, paths));
        break;
      case Generation::Origin::before_tracking:
        ++coverage.before_tracking;
        break;
      case Generation::Origin::unseen: {
        ++coverage.unseen;
        report::Handle seen = view(world, handle);
        if (wanted_type(options, seen.type)) coverage.unseen_handles.push_back(std::move(seen));
        break;
      }
      case Generation::Origin::event:
        break;
    }
  }
  coverage.explained = coverage.open - coverage.unseen - coverage.before_tracking;
  if (const model::Snapshot* compared = table.compared()) {
    coverage.compared = compared->taken == Taken::at_exit ? "exit" : "periodic";
    coverage.seconds_before_end = model::seconds(std::max(ending.at - compared->end, model::Time{0}));
  }
  return coverage;
}

bool has_ring(const model::World& world, const std::vector<OpenHandle>& open) {
  return std::ranges::any_of(
      open, [&](const OpenHandle& handle) { return view(world, handle).type == "io_uring"; });
}

report::Process head_of(const model::Process& process, const model::Image* image, const Ending& ending) {
  report::Process head;
  head.pid = process.pid;
  head.name = image == nullptr ? std::string() : image->name();
  head.started_s = model::seconds(sane(process.started));
  head.ran_s = model::seconds(std::max(ending.at - sane(process.started), model::Time{0}));
  head.running = !ending.ended;
  head.exit_status = process.exit_status;
  head.killed_by_signal = process.killed_by_signal;
  head.not_traced = process.not_traced;
  return head;
}

}  // namespace

struct Analysis::State {
  explicit State(Options given) : options(std::move(given)), system(options.system_modules) {}

  const TableState* find_table(model::TableId id) const {
    const auto found = tables.find(id);
    return found == tables.end() ? nullptr : &found->second;
  }

  // The table that the last event was of mostly is the next one's, too.
  TableState& table(model::TableId id) {
    if (latest == nullptr || id != latest_id) latest = &tables[id];
    latest_id = id;
    return *latest;
  }

  void on_event(const model::World& world, const model::Event& event) {
    if (event.kind == model::EventKind::bad_reference) {
      troubles[process_of(world, event.image)].bad_closes.on_event(event, find_table(event.table));
    } else if (event.kind == model::EventKind::failed_open) {
      troubles[process_of(world, event.image)].failed_opens.on_event(event);
    } else {
      on_handle_event(world, event);
    }
  }

  void on_handle_event(const model::World& world, const model::Event& event) {
    table(event.table).on_event(world, event);
    if (event.kind != model::EventKind::close || troubles.empty()) return;
    const auto known = troubles.find(process_of(world, event.image));
    if (known != troubles.end()) known->second.bad_closes.on_close(event);
  }

  void add_table(const model::World& world, model::TableId id, const Ending& ending, CodePaths& paths,
                 std::vector<bool>& used, report::Process& process) const {
    const TableState* table = find_table(id);
    if (table == nullptr) return;
    TableState settled;
    if (!table->is_settled()) {
      settled = *table;
      settled.settle(world);
      table = &settled;
    }
    const Remains remains{.open = table->open_handles(world), .closed_at_end = closed_at_end(*table, ending)};
    process.groups = group_outstanding(world, *table, remains, ending, options, paths, used);
    process.coverage = coverage_of(world, *table, remains.open, ending, options, paths);
    if (process.coverage.unseen > 0) {
      process.coverage.unseen_because =
          has_ring(world, remains.open) ? report::Unseen::io_uring : report::Unseen::past_the_library;
    }
    process.open = process.coverage.open;
    process.closed_at_end = remains.closed_at_end.handles.size();
  }

  void add_troubles(const model::World& world, model::ProcessId id, const model::Image* image,
                    CodePaths& paths, report::Process& process) const {
    const auto found = troubles.find(id);
    if (found == troubles.end()) return;
    BadCloses bad_closes = found->second.bad_closes;
    bad_closes.decide([&](model::TableId table) { return find_table(table); });
    const TableState* table = image == nullptr ? nullptr : find_table(image->table);
    const StackTable none;
    process.bad_closes = tell(bad_closes, table == nullptr ? none : table->stats(), paths);
    found->second.failed_opens.report(world, paths, process);
    process.coverage.lost_events = found->second.lost_events;
    if (process.coverage.lost_events > 0 && process.coverage.unseen > 0)
      process.coverage.unseen_because = report::Unseen::events_lost;
  }

  Options options;
  SystemModules system;
  std::map<model::TableId, TableState> tables;
  TableState* latest = nullptr;  // of `tables`
  model::TableId latest_id;
  std::map<model::ProcessId, Troubles> troubles;
  std::map<model::ImageId, bool> started;  // whether an image's first snapshot has come
};

Analysis::Analysis(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Analysis::~Analysis() = default;
Analysis::Analysis(Analysis&&) noexcept = default;
Analysis& Analysis::operator=(Analysis&&) noexcept = default;

void Analysis::on_events(const model::World& world, std::span<const model::Event> events) {
  for (const model::Event& event : events) {
    if (event.time == sane(event.time)) {
      state_->on_event(world, event);
    } else {
      model::Event mended = event;
      mended.time = sane(event.time);
      state_->on_event(world, mended);
    }
  }
}

void Analysis::on_snapshot(const model::World& world, const model::Snapshot& recorded) {
  model::Snapshot snapshot = recorded;
  snapshot.begin = sane(snapshot.begin);
  snapshot.end = std::max(sane(snapshot.end), snapshot.begin);
  TableState& table = state_->tables[snapshot.table];
  bool& started = state_->started[snapshot.image];
  if (snapshot.taken != Taken::at_start || started) return table.on_snapshot(world, snapshot);
  started = true;
  const model::Table* row = world.tables.find(snapshot.table);
  table.on_start(world, snapshot, row == nullptr ? nullptr : state_->find_table(row->copied_from));
}

void Analysis::on_loss(const model::World& world, const model::Loss& loss) {
  state_->troubles[process_of(world, loss.image)].lost_events += loss.events;
}

report::Report Analysis::finish(const model::World& world, model::Time end) const {
  report::Report report;
  CodePaths paths(world, state_->system);
  std::vector<bool> used(state_->options.suppressions.size());
  std::map<model::ProcessId, const model::Image*> last_image;
  std::set<model::ProcessId> has_table;
  for (const model::Image& image : world.images) {
    last_image[image.process] = &image;
    if (!image.table.none()) has_table.insert(image.process);
  }
  for (const model::Process& process : world.processes) {
    if (process.id.none()) continue;  // lost from a damaged recording
    const auto found = last_image.find(process.id);
    const model::Image* image = found == last_image.end() ? nullptr : found->second;
    const Ending ending = ending_of(process, end);
    report::Process& entry = report.processes.emplace_back(head_of(process, image, ending));
    if (!process.not_traced.empty() && has_table.contains(process.id)) {
      entry.traced_until_s = model::seconds(sane(image->started));
    }
    if (image != nullptr) state_->add_table(world, image->table, ending, paths, used, entry);
    state_->add_troubles(world, process.id, image, paths, entry);
  }
  std::ranges::stable_sort(report.processes, {}, &report::Process::started_s);
  for (std::size_t i = 0; i < used.size(); ++i) {
    const Suppression& suppression = state_->options.suppressions[i];
    if (used[i]) continue;
    report.warnings.push_back("suppression in line " + std::to_string(suppression.line) +
                              " matched nothing: " + suppression.text);
  }
  return report;
}

bool fails(const report::Report& report, ErrorOn what) {
  const auto counts = [&](const report::Group& group) {
    if (!group.suppressed_by.empty()) return false;
    if (group.verdict == report::Verdict::leak || what == ErrorOn::any) return true;
    return what == ErrorOn::suspect && group.verdict == report::Verdict::suspect;
  };
  return std::ranges::any_of(report.processes, [&](const report::Process& process) {
    const bool unseen = what == ErrorOn::any && !process.coverage.unseen_handles.empty();
    return unseen || std::ranges::any_of(process.groups, counts);
  });
}

}  // namespace ajar::analyze
