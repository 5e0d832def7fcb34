#include <ostream>

#include "render/json_values.h"
#include "render/tables.h"

namespace ajar::render {
namespace {

// null is no limit.
Json most(std::uint64_t limit) {
  return limit == report::kNoLimit ? Json(nullptr) : Json(limit);
}

// null is not known.
Json limit(std::optional<std::uint64_t> soft, std::optional<std::uint64_t> hard) {
  if (!soft.has_value()) return nullptr;
  return {{"soft", most(*soft)}, {"hard", most(hard.value_or(*soft))}};
}

Json object(const report::Limit& row);
Json object(const report::TypeCount& type);
Json object(const report::TableHandle& handle);
Json object(const report::HandleTable& table);
Json object(const report::ProcessCount& process);
Json object(const report::ChangeGroup& group);
Json object(const report::TableChange& change);

template <typename Items>
Json array(const Items& items) {
  return array_of(items, [](const auto& item) { return object(item); });
}

Json object(const report::Limit& row) {
  return {{"name", row.name}, {"scope", row.scope}, {"used", row.used}, {"most", most(row.most)}};
}

Json object(const std::optional<report::Origin>& origin) {
  if (!origin.has_value()) return nullptr;
  return {{"opened_at_s", rounded_or_null(origin->opened_at_s)},
          {"call", origin->call},
          {"thread", origin->thread},
          {"thread_name", origin->thread_name},
          {"culprit", culprit_json(origin->culprit)},
          {"stack", stack_json(origin->stack)}};
}

Json object(const report::TypeCount& type) {
  return {{"type", type.type}, {"count", type.count}, {"signs", signs_json(type.signs)}};
}

Json value_of(const report::Fact& fact) {
  if (fact.several) return fact.texts;
  if (fact.number.has_value()) return *fact.number;
  return fact.texts.empty() ? Json("") : Json(fact.texts.front());
}

// A handle's facts stand beside its number, type and name: none of them has such a name.
Json object(const report::TableHandle& handle) {
  Json json = {
      {"handle", handle.value}, {"type", handle.type}, {"name", handle.name}, {"signs", handle.signs}};
  for (const report::Fact& fact : handle.facts) json[fact.name] = value_of(fact);
  if (handle.origin.has_value()) json["origin"] = object(handle.origin);
  if (!handle.no_origin.empty()) json["no_origin"] = handle.no_origin;
  return json;
}

Json object(const report::HandleTable& table) {
  return {{"pid", table.pid},
          {"name", table.name},
          {"command", table.command},
          {"up_s", rounded_or_null(table.up_s)},
          {"read_at_s", rounded(table.read_at_s)},
          {"open", table.open},
          {"limit", limit(table.soft_limit, table.hard_limit)},
          {"complete", table.complete},
          {"types", array(table.types)},
          {"limits", array(table.limits)},
          {"shares_table_with", table.shares_table_with},
          {"handles", array(table.handles)}};
}

Json object(const report::ProcessCount& process) {
  return {{"pid", process.pid},
          {"name", process.name},
          {"user", process.user},
          {"open", or_null(process.open)},
          {"limit", limit(process.soft_limit, process.hard_limit)},
          {"commonest_type", process.commonest_type},
          {"commonest", process.commonest}};
}

Json object(const report::ChangeGroup& group) {
  return {{"type", group.type},       {"pattern", group.pattern},
          {"count", group.count},     {"signs", signs_json(group.signs)},
          {"handles", group.handles}, {"origin", object(group.origin)}};
}

Json object(const report::TableChange& change) {
  return {{"pid", change.pid},
          {"name", change.name},
          {"same_process", change.same_process},
          {"seconds", rounded(change.seconds)},
          {"before", change.before},
          {"after", change.after},
          {"came", change.came},
          {"went", change.went},
          {"rate_per_second", rounded(change.rate_per_second)},
          {"soft_limit", change.soft_limit ? most(*change.soft_limit) : Json(nullptr)},
          {"limit_in_s", change.limit_in_s ? Json(rounded(*change.limit_in_s)) : Json(nullptr)},
          {"complete", change.complete},
          {"groups_came", array(change.groups_came)},
          {"groups_went", array(change.groups_went)}};
}

}  // namespace

void tables_json(const report::HandleTables& tables, std::ostream& out) {
  write_json({{"schema", "ajar/1"},
              {"processes", array(tables.processes)},
              {"machine", tables.machine},
              {"warnings", tables.warnings}},
             out);
}

void counts_json(const report::ProcessCounts& counts, std::ostream& out) {
  write_json({{"schema", "ajar/1"},
              {"processes", array(counts.processes)},
              {"unreadable", counts.unreadable},
              {"limits", array(counts.limits)},
              {"machine", counts.machine},
              {"warnings", counts.warnings}},
             out);
}

void changes_json(const report::TableChanges& changes, std::ostream& out) {
  write_json({{"schema", "ajar/1"},
              {"processes", array(changes.processes)},
              {"only_before", changes.only_before},
              {"only_after", changes.only_after},
              {"warnings", changes.warnings}},
             out);
}

}  // namespace ajar::render
