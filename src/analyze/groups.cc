#include "analyze/groups.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <tuple>

#include "analyze/handle_view.h"
#include "analyze/pattern.h"
#include "analyze/verdict.h"

namespace ajar::analyze {
namespace {

double seconds(model::Time time) {
  return std::chrono::duration<double>(time).count();
}

// Stacks that reach the same call through the same culprit.
struct Draft {
  std::vector<OpenHandle> handles;
  StackStats stats;
  std::uint64_t stacks = 0;
  std::size_t in_example = 0;
  model::StackId example;
  CodePath path;  // of the example
};

using Drafts = std::map<std::tuple<model::StringId, model::StringId, std::string>, Draft>;

Drafts draft_groups(const TableState& table, const std::vector<OpenHandle>& open, CodePaths& paths) {
  std::map<StackKey, std::vector<OpenHandle>> by_stack;
  for (const OpenHandle& handle : open) {
    const Generation& life = *handle.life;
    if (handle.counts_as != Generation::Origin::event) continue;
    by_stack[{.stack = life.stack, .type = life.type, .call = life.call}].push_back(handle);
  }
  Drafts drafts;
  for (const auto& [key, handles] : by_stack) {
    CodePath path = paths.of(key.stack);
    Draft& draft = drafts[{key.type, key.call, path.up_to_culprit}];
    draft.handles.insert(draft.handles.end(), handles.begin(), handles.end());
    if (const StackStats* stats = table.stats().find(key)) draft.stats.add(*stats);
    ++draft.stacks;
    if (handles.size() > draft.in_example) {
      draft.in_example = handles.size();
      draft.example = key.stack;
      draft.path = std::move(path);
    }
  }
  return drafts;
}

Evidence evidence(const Draft& draft, const TableState& table, const Ending& ending) {
  const StackStats& stats = draft.stats;
  Evidence e;
  e.life_s = seconds(std::max(ending.at - table.began(), model::Time{0}));
  e.finished = ending.finished;
  e.opened = static_cast<std::uint64_t>(std::max<std::int64_t>(stats.opened, 0));
  e.closed = static_cast<std::uint64_t>(std::max<std::int64_t>(stats.closed, 0));
  if (ending.ended) e.closed_at_shutdown = stats.closed_since(table.opens());
  for (const OpenHandle& handle : draft.handles)
    e.outstanding.push_back(seconds(handle.life->opened - table.began()));
  std::ranges::sort(e.outstanding);
  e.curve = stats.curve;
  e.curve.widen_to(ending.at - table.began());
  e.others = table.activity();
  e.others.add(stats.curve, -1);
  e.usual_lifetime_s = seconds(stats.lifetimes(!ending.ended).quantile(0.99));
  return e;
}

// The commonest, the first by name among equals.
std::string common_type(const std::vector<report::Handle>& handles) {
  std::map<std::string, std::size_t> counts;
  for (const report::Handle& handle : handles) ++counts[handle.type];
  return std::ranges::max_element(counts, {}, &std::pair<const std::string, std::size_t>::second)->first;
}

report::Group make_group(const model::World& world, const Draft& draft, const TableState& table,
                         const Ending& ending) {
  const Evidence e = evidence(draft, table, ending);
  Judgement judgement = judge(e);
  report::Group group;
  group.verdict = judgement.verdict;
  group.reason = std::move(judgement.reason);
  group.rate_per_second = judgement.rate_per_second;
  group.growing = judgement.growing;
  for (const OpenHandle& open : draft.handles) group.handles.push_back(view(world, open));
  std::ranges::sort(group.handles, {},
                    [](const report::Handle& h) { return std::pair(h.opened_at_s, h.value); });
  group.type = common_type(group.handles);
  group.call = world.text(draft.handles.front().life->call);
  group.outstanding = draft.handles.size();
  group.opened = std::max<std::uint64_t>(e.opened, group.outstanding);
  group.closed = e.closed;
  group.oldest_s = std::max(e.life_s - e.outstanding.front(), 0.0);
  group.newest_s = std::max(e.life_s - e.outstanding.back(), 0.0);
  group.culprit = draft.path.culprit;
  group.stack = draft.path.frames;
  group.stacks = draft.stacks;
  return group;
}

std::string suppressor(const report::Group& group, const Options& options, std::vector<bool>& used) {
  std::string by;
  for (std::size_t i = 0; i < options.suppressions.size(); ++i) {
    if (!matches(options.suppressions[i], group)) continue;
    used[i] = true;
    if (by.empty()) by = "suppression: " + options.suppressions[i].text;
  }
  if (!by.empty()) return by;
  if (!wanted_type(options, group.type)) return "type filter";
  return group.oldest_s < seconds(options.min_age) ? "minimum age" : "";
}

auto rank(const report::Group& group) {
  const report::Culprit none;
  const report::Culprit& culprit = group.culprit.has_value() ? *group.culprit : none;
  return std::tuple(!group.suppressed_by.empty(), group.verdict, ~group.outstanding, group.type,
                    culprit.module, culprit.function, culprit.offset);
}

}  // namespace

bool wanted_type(const Options& options, std::string_view type) {
  return options.types.empty() || std::ranges::any_of(options.types, [&](const std::string& wanted) {
           return matches_pattern(wanted, type);
         });
}

std::vector<report::Group> group_outstanding(const model::World& world, const TableState& table,
                                             const std::vector<OpenHandle>& open, const Ending& ending,
                                             const Options& options, CodePaths& paths,
                                             std::vector<bool>& used) {
  std::vector<report::Group> groups;
  for (const auto& [key, draft] : draft_groups(table, open, paths)) {
    groups.push_back(make_group(world, draft, table, ending));
    groups.back().suppressed_by = suppressor(groups.back(), options, used);
  }
  std::ranges::stable_sort(groups, [](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return groups;
}

}  // namespace ajar::analyze
