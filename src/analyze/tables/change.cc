#include "analyze/tables/change.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analyze/name_pattern.h"
#include "analyze/signs.h"
#include "analyze/tables/describe.h"
#include "analyze/tables/partners.h"
#include "analyze/tables/same_handle.h"

namespace ajar::analyze {
namespace {

using model::Handle;
using report::ChangeGroup;
using report::TableChange;

// A handle that came or went.
struct Changed {
  const Handle* handle = nullptr;
  Signs signs;
};

std::vector<Changed> all_of(const TableAt& table) {
  const std::vector<Signs> signs = signs_of_table(table.snapshot.handles);
  std::vector<Changed> all;
  all.reserve(signs.size());
  for (std::size_t i = 0; i < signs.size(); ++i) {
    all.push_back({.handle = &table.snapshot.handles[i], .signs = signs[i]});
  }
  return all;
}

// Those of `side` that the other side does not have.
std::vector<Changed> only_in(const TableAt& table, const TableAt& other, bool one_recording) {
  std::vector<Changed> rest = all_of(table);
  std::erase_if(rest, [&](const Changed& changed) {
    const Handle* there = other.snapshot.find(changed.handle->value);
    return there != nullptr && is_same_handle(other, *there, table, *changed.handle, one_recording);
  });
  return rest;
}

// What alike handles have in common, while they are gathered.
struct Draft {
  std::vector<Changed> handles;
  std::set<std::string> patterns;
  std::optional<report::Origin> origin;
};

using DraftKey = std::tuple<std::string, std::string, std::string>;

// By the code that opened them where it is known, else by their names.
std::map<DraftKey, Draft> draft(const Side& side, const std::vector<Changed>& changed) {
  std::map<DraftKey, Draft> drafts;
  for (const Changed& one : changed) {
    const Handle& handle = *one.handle;
    std::string pattern = name_pattern(handle.type, handle.name);
    const auto opening = side.table.openings.find(handle.value);
    const bool known = opening != side.table.openings.end();
    const std::string_view call = known ? side.world.text(opening->second.call) : std::string_view();
    DraftKey key{handle.type, call,
                 known ? side.paths.of(opening->second.stack).key(!call.empty()) : pattern};
    Draft& draft = drafts[std::move(key)];
    if (draft.handles.empty() && known)
      draft.origin = origin_of(side.world, side.table, handle.value, side.paths);
    draft.handles.push_back(one);
    draft.patterns.insert(std::move(pattern));
  }
  return drafts;
}

// The name where all have the same, the pattern where they are alike, nothing where they are not.
std::string common_name(const Draft& draft) {
  const std::string& first = draft.handles.front().handle->name;
  const bool one_name =
      std::ranges::all_of(draft.handles, [&](const Changed& one) { return one.handle->name == first; });
  if (one_name) return first;
  return draft.patterns.size() == 1 ? *draft.patterns.begin() : std::string();
}

std::vector<ChangeGroup> group(const Side& side, const std::vector<Changed>& changed) {
  std::vector<ChangeGroup> groups;
  for (auto& [key, drafted] : draft(side, changed)) {
    ChangeGroup& added = groups.emplace_back();
    added.type = std::get<0>(key);
    added.pattern = common_name(drafted);
    added.count = drafted.handles.size();
    added.origin = std::move(drafted.origin);
    std::vector<Signs> signs;
    for (const Changed& one : drafted.handles) {
      added.handles.push_back(one.handle->value);
      signs.push_back(one.signs);
    }
    added.signs = count_signs(signs);
  }
  std::ranges::stable_sort(groups, std::ranges::greater(), &ChangeGroup::count);
  return groups;
}

using Kinds = std::map<std::pair<std::string, std::string>, std::vector<Changed>>;

Kinds kinds_of(const TableAt& table) {
  Kinds kinds;
  for (Changed& one : all_of(table)) {
    const Handle& handle = *one.handle;
    kinds[{handle.type, name_pattern(handle.type, handle.name)}].push_back(std::move(one));
  }
  return kinds;
}

// By how many of a kind one side has more than the other: the ones with the highest numbers stand for them.
std::vector<Changed> surplus(const Kinds& more, const Kinds& less) {
  std::vector<Changed> changed;
  for (const auto& [kind, handles] : more) {
    const auto there = less.find(kind);
    const std::size_t common = there == less.end() ? 0 : std::min(there->second.size(), handles.size());
    changed.insert(changed.end(), handles.begin() + static_cast<std::ptrdiff_t>(common), handles.end());
  }
  return changed;
}

bool are_of_one_process(const Side& before, const Side& after) {
  const model::Process* a = process_of(before.world, before.table.snapshot);
  const model::Process* b = process_of(after.world, after.table.snapshot);
  return a != nullptr && b != nullptr && identity(*a) == identity(*b) &&
         before.world.origin.host == after.world.origin.host;
}

// Between the two moments; 0 where they have no clock in common.
double seconds_between(const Side& before, const Side& after) {
  const model::Time own = after.table.snapshot.begin - before.table.snapshot.begin;
  if (&before.world == &after.world) return model::seconds(own);
  const std::int64_t start_before = before.world.origin.started_unix_ns;
  const std::int64_t start_after = after.world.origin.started_unix_ns;
  if (start_before == 0 || start_after == 0) return 0;
  const double starts = static_cast<double>(start_after) / 1e9 - static_cast<double>(start_before) / 1e9;
  return starts + model::seconds(own);
}

void forecast(TableChange& change) {
  if (!change.same_process || change.seconds <= 0) return;
  const double growth = static_cast<double>(change.after) - static_cast<double>(change.before);
  change.rate_per_second = growth / change.seconds;
  const bool has_limit = change.soft_limit.has_value() && *change.soft_limit != model::Snapshot::kNoLimit;
  if (growth <= 0 || !has_limit) return;
  const double left =
      *change.soft_limit > change.after ? static_cast<double>(*change.soft_limit - change.after) : 0;
  change.limit_in_s = left / change.rate_per_second;
}

bool has_counts(const model::Snapshot& snapshot) {
  return !snapshot.counts.empty();
}

// Where handles are only counted.
void count_change(const model::Snapshot& before, const model::Snapshot& after, TableChange& change) {
  const auto old = before.types();
  const auto recent = after.types();
  const auto surplus_of = [](const auto& more, const auto& less, std::uint64_t& all,
                             std::vector<ChangeGroup>& groups) {
    for (const auto& [type, count] : more) {
      const auto there = less.find(type);
      const std::uint64_t had = there == less.end() ? 0 : there->second;
      if (count <= had) continue;
      all += count - had;
      ChangeGroup& group = groups.emplace_back();
      group.type = type;
      group.count = count - had;
    }
    std::ranges::stable_sort(groups, std::ranges::greater(), &ChangeGroup::count);
  };
  surplus_of(recent, old, change.came, change.groups_came);
  surplus_of(old, recent, change.went, change.groups_went);
}

}  // namespace

TableChange change_between(const Side& before, const Side& after) {
  TableChange change;
  const model::Snapshot& now = after.table.snapshot;
  if (const model::Process* process = process_of(after.world, now)) change.pid = process->pid;
  change.name = process_name(after.world, now);
  change.same_process = are_of_one_process(before, after);
  change.seconds = seconds_between(before, after);
  change.before = before.table.snapshot.open();
  change.after = now.open();
  change.soft_limit = now.soft_limit;
  change.windows = after.world.origin.is_windows();
  change.complete = before.table.snapshot.complete && now.complete;
  if (has_counts(before.table.snapshot) || has_counts(now)) {
    count_change(before.table.snapshot, now, change);
    return change;
  }
  std::vector<Changed> came;
  std::vector<Changed> went;
  if (change.same_process) {
    const bool one_recording = &before.world == &after.world;
    came = only_in(after.table, before.table, one_recording);
    went = only_in(before.table, after.table, one_recording);
  } else {
    const Kinds old = kinds_of(before.table);
    const Kinds recent = kinds_of(after.table);
    came = surplus(recent, old);
    went = surplus(old, recent);
  }
  change.came = came.size();
  change.went = went.size();
  change.groups_came = group(after, came);
  change.groups_went = group(before, went);
  forecast(change);
  return change;
}

namespace {

std::string called(const model::World& world, const TableAt& table) {
  const model::Process* process = process_of(world, table.snapshot);
  const std::string name = process_name(world, table.snapshot);
  return process == nullptr ? name : name + " (pid " + std::to_string(process->pid) + ")";
}

}  // namespace

report::TableChanges changes_between(const model::World& world_before, const std::vector<TableAt>& before,
                                     const model::World& world_after, const std::vector<TableAt>& after,
                                     const SystemModules& system) {
  report::TableChanges changes;
  CodePaths paths_before(world_before, system);
  CodePaths paths_after(world_after, system);
  const std::vector<std::optional<std::size_t>> partners =
      partners_of(world_before, before, world_after, after);
  std::vector<bool> taken(after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto partner = partners[i];
    if (!partner.has_value()) {
      changes.only_before.push_back(called(world_before, before[i]));
      continue;
    }
    taken[*partner] = true;
    changes.processes.push_back(
        change_between({.world = world_before, .table = before[i], .paths = paths_before},
                       {.world = world_after, .table = after[*partner], .paths = paths_after}));
  }
  for (std::size_t j = 0; j < after.size(); ++j) {
    if (!taken[j]) changes.only_after.push_back(called(world_after, after[j]));
  }
  return changes;
}

}  // namespace ajar::analyze
