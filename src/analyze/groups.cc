#include "analyze/groups.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "analyze/dump.h"
#include "analyze/handle_view.h"
#include "analyze/pattern.h"
#include "analyze/share_verdict.h"
#include "analyze/signs.h"
#include "analyze/verdict.h"
#include "report/words.h"

namespace ajar::analyze {
namespace {

// Stacks that reach the same call through the same culprit.
struct Draft {
  model::StringId type, call;
  std::vector<OpenHandle> handles;
  std::vector<ClosingPhase::Closed> closed_at_end;
  StackStats stats;
  std::uint64_t stacks = 0;
  std::size_t in_example = 0;
  CodePath path;  // of the commonest
};

using Drafts = std::map<std::tuple<model::StringId, model::StringId, std::string>, Draft>;

// What one stack is left with.
struct Rest {
  std::vector<OpenHandle> handles;
  std::vector<ClosingPhase::Closed> closed_at_end;
};

std::map<StackKey, Rest> by_stack(const Remains& remains) {
  std::map<StackKey, Rest> rests;
  for (const OpenHandle& handle : remains.open) {
    const Generation& life = *handle.life;
    if (handle.counts_as != Generation::Origin::event) continue;
    rests[{.stack = life.stack, .type = life.type, .call = life.call}].handles.push_back(handle);
  }
  for (const ClosingPhase::Closed& closed : remains.closed_at_end.handles)
    rests[closed.opened_by].closed_at_end.push_back(closed);
  return rests;
}

Drafts draft_groups(const TableState& table, const Remains& remains, CodePaths& paths) {
  Drafts drafts;
  for (const auto& [key, rest] : by_stack(remains)) {
    CodePath path = paths.of(key.stack);
    Draft& draft = drafts[{key.type, key.call, path.key(!key.call.none())}];
    draft.type = key.type;
    draft.call = key.call;
    draft.handles.insert(draft.handles.end(), rest.handles.begin(), rest.handles.end());
    draft.closed_at_end.insert(draft.closed_at_end.end(), rest.closed_at_end.begin(),
                               rest.closed_at_end.end());
    if (const StackStats* stats = table.stats().find(key)) draft.stats.add(*stats);
    ++draft.stacks;
    const std::size_t count = rest.handles.size() + rest.closed_at_end.size();
    if (count > draft.in_example) {
      draft.in_example = count;
      draft.path = std::move(path);
    }
  }
  return drafts;
}

std::uint64_t count_of(std::int64_t number) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0));
}

// What groups are judged against.
struct Setting {
  const TableState& table;
  bool has_times = true;                // the events
  bool shows_only_outstanding = false;  // the same
  std::string standing_out;             // a type; empty: none
  Curve activity;                       // all opens and closes of the table
  Ending ending;
  model::Time end_began{};
};

Evidence evidence(const Draft& draft, const Setting& setting) {
  const TableState& table = setting.table;
  const Ending& ending = setting.ending;
  const StackStats& stats = draft.stats;
  Evidence e;
  e.life_s = model::seconds(std::max(ending.at - table.began(), model::Time{0}));
  e.from_mark = table.begins_at_mark();
  e.finished = ending.finished;
  e.opened = count_of(stats.opened);
  e.closed = count_of(stats.closed);
  if (ending.ended) e.closed_at_shutdown = stats.closed_since(table.opens());
  for (const OpenHandle& handle : draft.handles)
    e.outstanding.push_back(model::seconds(handle.life->opened - table.began()));
  std::ranges::sort(e.outstanding);
  e.curve = stats.curve;
  e.curve.widen_to(ending.at - table.began());
  e.others = setting.activity;
  e.others.add(stats.curve, -1);
  e.usual_lifetime_s = model::seconds(stats.lifetimes(!ending.ended).quantile(0.99));
  return e;
}

// As it was when the process began to end.
Evidence evidence_before_end(const Draft& draft, const Setting& setting) {
  const model::Time began = setting.table.began();
  Evidence e = evidence(draft, setting);
  e.life_s = model::seconds(setting.end_began - began);
  e.finished = false;
  e.closed -= std::min<std::uint64_t>(e.closed, draft.closed_at_end.size());
  e.closed_at_shutdown = 0;
  for (const ClosingPhase::Closed& closed : draft.closed_at_end) {
    e.outstanding.push_back(model::seconds(closed.opened - began));
    e.curve.add_closed(closed.closed - began, -1);
  }
  std::erase_if(e.outstanding, [&](double opened) { return opened > e.life_s; });
  std::ranges::sort(e.outstanding);
  return e;
}

// The verdict on the handles as of the end or, where that hides a leak, as of the moment when the end began.
// Nothing where all were closed and that was right.
struct Case {
  Evidence evidence;
  Judgement judgement;
};

Judgement judge_left(const model::World& world, const Draft& draft, const Setting& setting,
                     const Evidence& evidence) {
  if (setting.has_times) return judge(evidence);
  if (!setting.shows_only_outstanding) return judge_by_share(evidence);
  const std::string type(type_of(world, draft.handles.front()));
  return judge_shown(evidence, !type.empty() && type == setting.standing_out);
}

std::optional<Case> try_case(const model::World& world, const Draft& draft, const Setting& setting) {
  std::optional<Case> as_left;
  if (!draft.handles.empty()) {
    as_left.emplace().evidence = evidence(draft, setting);
    as_left->judgement = judge_left(world, draft, setting, as_left->evidence);
  }
  const bool judged = as_left.has_value() && as_left->judgement.verdict == report::Verdict::leak;
  if (draft.closed_at_end.empty() || judged) return as_left;
  Case before{.evidence = evidence_before_end(draft, setting), .judgement = {}};
  before.judgement = judge(before.evidence);
  // What is only suspected is silent: closing everything at the end is what right programs do.
  if (before.judgement.verdict != report::Verdict::leak || !before.judgement.growing) return as_left;
  before.judgement.reason +=
      " until the program ended, which closed " + report::thousands(draft.closed_at_end.size());
  return before;
}

std::string told_type(const model::World& world, model::StringId type) {
  const std::string_view told = world.text(type);
  return told.empty() ? "unknown" : std::string(told);
}

// The commonest, the first by name among equals.
std::string common_type(const std::vector<report::Handle>& handles) {
  std::map<std::string, std::size_t> counts;
  for (const report::Handle& handle : handles) ++counts[handle.type];
  return std::ranges::max_element(counts, {}, &std::pair<const std::string, std::size_t>::second)->first;
}

report::Group make_group(const model::World& world, const Draft& draft, Case judged) {
  const Evidence& e = judged.evidence;
  report::Group group;
  group.verdict = judged.judgement.verdict;
  group.reason = std::move(judged.judgement.reason);
  group.rate_per_second = judged.judgement.rate_per_second;
  group.growing = judged.judgement.growing;
  for (const OpenHandle& open : draft.handles) group.handles.push_back(view(world, open));
  std::ranges::sort(group.handles, {},
                    [](const report::Handle& h) { return std::pair(h.opened_at_s, h.value); });
  group.type = group.handles.empty() ? told_type(world, draft.type) : common_type(group.handles);
  group.call = world.text(draft.call);
  group.outstanding = draft.handles.size();
  group.opened = std::max<std::uint64_t>(count_of(draft.stats.opened), group.outstanding);
  group.closed = count_of(draft.stats.closed);
  group.closed_at_end = draft.closed_at_end.size();
  if (world.origin.events_have_times()) {
    group.oldest_s = std::max(e.life_s - e.outstanding.front(), 0.0);
    group.newest_s = std::max(e.life_s - e.outstanding.back(), 0.0);
  }
  group.culprit = draft.path.culprit;
  group.stack = draft.path.frames;
  group.stacks = draft.stacks;
  std::vector<Signs> signs;
  for (const OpenHandle& open : draft.handles) {
    if (open.in_table != nullptr) signs.push_back(signs_of(*open.in_table));
  }
  group.signs = count_signs(signs);
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
  const bool is_young = group.oldest_s && *group.oldest_s < model::seconds(options.min_age);
  return is_young ? "minimum age" : "";
}

auto rank(const report::Group& group) {
  const report::Culprit none;
  const report::Culprit& culprit = group.culprit.has_value() ? *group.culprit : none;
  return std::tuple(!group.suppressed_by.empty(), group.verdict, ~(group.outstanding + group.closed_at_end),
                    ~group.outstanding, group.type, culprit.module, culprit.function, culprit.offset);
}

}  // namespace

bool wanted_type(const Options& options, std::string_view type) {
  return options.types.empty() || std::ranges::any_of(options.types, [&](const std::string& wanted) {
           return matches_pattern(wanted, type);
         });
}

std::vector<report::Group> group_outstanding(const model::World& world, const TableState& table,
                                             const Remains& remains, const Ending& ending,
                                             const Options& options, CodePaths& paths,
                                             std::vector<bool>& used) {
  std::vector<report::Group> groups;
  const Drafts drafts = draft_groups(table, remains, paths);
  if (drafts.empty()) return groups;
  const model::Snapshot* compared = world.origin.events_have_times() ? nullptr : table.compared();
  const Setting setting{.table = table,
                        .has_times = world.origin.events_have_times(),
                        .shows_only_outstanding = world.origin.shows_only_outstanding(),
                        .standing_out = compared == nullptr ? std::string() : type_standing_out(*compared),
                        .activity = table.stats().activity(),
                        .ending = ending,
                        .end_began = remains.closed_at_end.began};
  for (const auto& [key, draft] : drafts) {
    std::optional<Case> judged = try_case(world, draft, setting);
    if (!judged.has_value()) continue;
    groups.push_back(make_group(world, draft, *std::move(judged)));
    groups.back().suppressed_by = suppressor(groups.back(), options, used);
  }
  std::ranges::stable_sort(groups, [](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return groups;
}

}  // namespace ajar::analyze
