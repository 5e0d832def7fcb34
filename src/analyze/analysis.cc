#include "analyze/analysis.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "analyze/dump.h"
#include "analyze/groups.h"
#include "analyze/handle_view.h"
#include "analyze/observed.h"
#include "analyze/probably.h"
#include "analyze/seen_types.h"
#include "analyze/told_bad_closes.h"

namespace ajar::analyze {
namespace {

using Taken = model::Snapshot::Taken;

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

report::Mark told(const model::Mark& mark) {
  return {.label = mark.label, .at_s = model::seconds(sane(mark.time))};
}

// Whether what the user asked for was there.
struct Met {
  std::vector<bool> suppressions;  // each whether it matched
  SeenTypes types;                 // filled where there is a filter
};

report::Unseen unseen_because(const model::World& world, const report::Coverage& coverage, bool has_ring) {
  if (coverage.unseen == 0) return report::Unseen::none;
  if (world.origin.is_strace()) return report::Unseen::not_in_log;
  if (coverage.lost_events > 0) return report::Unseen::events_lost;
  return has_ring ? report::Unseen::io_uring : report::Unseen::past_the_library;
}

// `coverage` knows of the lost events already.
void cover(report::Coverage& coverage, const model::World& world, const TableState& table,
           const std::vector<OpenHandle>& open, const Ending& ending, const Options& options,
           CodePaths& paths) {
  coverage.open = open.size();
  bool has_ring = false;
  for (const OpenHandle& handle : open) {
    has_ring = has_ring || type_of(world, handle) == "io_uring";
    switch (handle.counts_as) {
      case Generation::Origin::inherited:
        ++coverage.inherited;
        coverage.inherited_handles.push_back(inherited(world, handle, paths));
        break;
      case Generation::Origin::before_tracking:
        ++coverage.before_tracking;
        break;
      case Generation::Origin::before_mark:
        ++coverage.before_mark;
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
  if (const model::Snapshot* compared = table.compared(); compared != nullptr && !compared->counts.empty()) {
    const std::uint64_t counted = compared->open();
    coverage.before_tracking += counted - std::min(counted, coverage.open);
    coverage.open = std::max(counted, coverage.open);
  }
  coverage.explained = coverage.open - coverage.unseen - coverage.before_tracking;
  coverage.unseen_because = unseen_because(world, coverage, has_ring);
  if (const model::Snapshot* compared = table.compared(); compared != nullptr && !world.origin.is_strace()) {
    coverage.compared = compared->taken == Taken::at_exit ? "exit" : "periodic";
    coverage.seconds_before_end = model::seconds(std::max(ending.at - compared->end, model::Time{0}));
  }
}

void take_limits(const model::Snapshot& table, report::Process& process) {
  const auto known = [](std::optional<std::uint64_t> limit) {
    return limit == model::Snapshot::kNoLimit ? std::nullopt : limit;
  };
  process.soft_limit = known(table.soft_limit);
  process.hard_limit = known(table.hard_limit);
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
  explicit State(Options given)
      : options(std::move(given)), system(options.system_modules), observed(beginning(options)) {}

  // The mark's time, as all that comes is made sane.
  static std::optional<model::Time> beginning(Options& options) {
    if (!options.since) return std::nullopt;
    options.since->time = sane(options.since->time);
    return options.since->time;
  }

  void add_table(const model::World& world, model::TableId id, const Ending& ending, CodePaths& paths,
                 Met& met, report::Process& process) const {
    TableState room;
    const TableState* settled = settled_table(observed.find_table(id), world, room);
    if (settled == nullptr) return;
    const TableState& table = *settled;
    const Remains remains{.open = table.open_handles(world), .closed_at_end = closed_at_end(table, ending)};
    process.groups = group_outstanding(world, table, remains, ending, options, paths, met.suppressions);
    add_probable(process.groups, remains.open);
    if (!options.types.empty()) met.types.add(world, table, remains.open);
    cover(process.coverage, world, table, remains.open, ending, options, paths);
    process.open = process.coverage.open;
    if (const model::Snapshot* compared = table.compared()) take_limits(*compared, process);
    process.closed_at_end = remains.closed_at_end.handles.size();
  }

  report::Dump dump_of(const model::World& world, const model::Process& process, model::TableId id) const {
    const auto count = events.find(id);
    TableState room;
    const TableState* settled = settled_table(observed.find_table(id), world, room);
    const bool has_table = settled != nullptr && settled->compared() != nullptr;
    return describe_dump(world, process, has_table ? *settled->compared() : model::Snapshot(),
                         count == events.end() ? 0 : count->second);
  }

  void add_losses(model::ProcessId id, report::Coverage& coverage) const {
    const Troubles* troubles = observed.find_troubles(id);
    if (troubles == nullptr) return;
    coverage.lost_events = troubles->lost_events;
    coverage.lost_at_least = troubles->lost_at_least;
  }

  void add_troubles(const model::World& world, model::ProcessId id, const model::Image* image,
                    CodePaths& paths, report::Process& process) const {
    const Troubles* troubles = observed.find_troubles(id);
    if (troubles == nullptr) return;
    const TableState* table = image == nullptr ? nullptr : observed.find_table(image->table);
    const StackTable none;
    process.bad_closes =
        tell(observed.decided_bad_closes(id), table == nullptr ? none : table->stats(), paths);
    troubles->failed_opens.report(world, paths, process);
  }

  // A filter or a suppression that matches nothing may be a mistake in writing.
  std::vector<std::string> warnings(const Met& met) const {
    std::vector<std::string> warnings;
    for (const std::string& filter : options.types) {
      if (std::string words = met.types.warning_on(filter); !words.empty())
        warnings.push_back(std::move(words));
    }
    for (std::size_t i = 0; i < options.suppressions.size(); ++i) {
      const Suppression& suppression = options.suppressions[i];
      if (met.suppressions[i]) continue;
      warnings.push_back("suppression in line " + std::to_string(suppression.line) +
                         " matched nothing: " + suppression.text);
    }
    return warnings;
  }

  Options options;
  SystemModules system;
  Observed observed;
  std::map<model::TableId, std::uint64_t> events;  // how many, where they have no times
};

Analysis::Analysis(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Analysis::~Analysis() = default;
Analysis::Analysis(Analysis&&) noexcept = default;
Analysis& Analysis::operator=(Analysis&&) noexcept = default;

void Analysis::on_events(const model::World& world, std::span<const model::Event> events) {
  if (!world.origin.events_have_times()) {
    for (const model::Event& event : events) ++state_->events[event.table];
  }
  state_->observed.on_events(world, events);
}

void Analysis::on_snapshot(const model::World& world, const model::Snapshot& snapshot) {
  state_->observed.on_snapshot(world, snapshot);
}

void Analysis::on_loss(const model::World& world, const model::Loss& loss) {
  state_->observed.on_loss(world, loss);
}

report::Report Analysis::finish(const model::World& world, model::Time end) const {
  report::Report report;
  CodePaths paths(world, state_->system);
  Met met{.suppressions = std::vector<bool>(state_->options.suppressions.size()), .types = {}};
  std::map<model::ProcessId, const model::Image*> last_image;
  std::set<model::ProcessId> has_table, attached;
  for (const model::Image& image : world.images) {
    last_image[image.process] = &image;
    if (!image.table.none()) has_table.insert(image.process);
    if (image.how == model::Image::Started::attached) attached.insert(image.process);
  }
  for (const model::Process& process : world.processes) {
    if (process.id.none()) continue;  // lost from a damaged recording
    const auto found = last_image.find(process.id);
    const model::Image* image = found == last_image.end() ? nullptr : found->second;
    const Ending ending = ending_of(process, end);
    if (ending.ended && !state_->observed.is_told(ending.at)) continue;
    report::Process& entry = report.processes.emplace_back(head_of(process, image, ending));
    entry.windows = world.origin.is_windows();
    entry.bad_uses = world.origin.tells_bad_uses();
    entry.attached = attached.contains(process.id);
    if (!process.not_traced.empty() && has_table.contains(process.id)) {
      entry.traced_until_s = model::seconds(sane(image->started));
    }
    state_->add_losses(process.id, entry.coverage);
    if (image != nullptr) state_->add_table(world, image->table, ending, paths, met, entry);
    if (image != nullptr && !world.origin.events_have_times())
      entry.dump = state_->dump_of(world, process, image->table);
    state_->add_troubles(world, process.id, image, paths, entry);
  }
  std::ranges::stable_sort(report.processes, {}, &report::Process::started_s);
  for (const model::Mark& mark : world.marks) {
    if (!mark.id.none()) report.marks.push_back(told(mark));
  }
  std::ranges::stable_sort(report.marks, {}, &report::Mark::at_s);
  if (state_->options.since) report.since = told(*state_->options.since);
  report.end_s = model::seconds(sane(end));
  report.warnings = state_->warnings(met);
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
