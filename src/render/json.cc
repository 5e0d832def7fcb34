#include "render/json.h"

#include "render/json_values.h"
#include "report/words.h"

namespace ajar::render {
namespace {

const char* word(report::Unseen because) {
  switch (because) {
    case report::Unseen::none:
      break;
    case report::Unseen::events_lost:
      return "events lost";
    case report::Unseen::io_uring:
      return "io_uring";
    case report::Unseen::not_in_log:
      return "not in the log";
    case report::Unseen::past_the_library:
      return "past the C library";
  }
  return "";
}

Json object(const report::Handle& handle);
Json object(const report::InheritedHandle& inherited);
Json object(const report::Group& group);
Json object(const report::BadClose& bad);
Json object(const report::FailedOpen& failed);
Json object(const report::Process& process);
Json object(const report::Mark& mark);

template <typename Items>
Json array(const Items& items) {
  return array_of(items, [](const auto& item) { return object(item); });
}

Json bad_array(const std::vector<report::BadClose>& all, bool uses) {
  Json some = Json::array();
  for (const report::BadClose& bad : all) {
    if (bad.is_use == uses) some.push_back(object(bad));
  }
  return some;
}

Json object(const report::Handle& handle) {
  return {{"handle", handle.value},  {"type", handle.type},
          {"name", handle.name},     {"opened_at_s", rounded_or_null(handle.opened_at_s)},
          {"thread", handle.thread}, {"thread_name", handle.thread_name}};
}

Json object(const report::InheritedHandle& inherited) {
  Json handle = object(inherited.handle);
  handle["opened_by"] = culprit_json(inherited.opened_by);
  return handle;
}

Json probable_json(const report::Probable& probable) {
  if (probable.count == 0) return nullptr;
  return {{"count", probable.count}, {"share", rounded(probable.share)}, {"like", probable.like}};
}

Json object(const report::Group& group) {
  return {{"verdict", report::verdict_word(group.verdict)},
          {"reason", group.reason},
          {"suppressed", !group.suppressed_by.empty()},
          {"suppressed_by", group.suppressed_by},
          {"type", group.type},
          {"call", group.call},
          {"outstanding", group.outstanding},
          {"opened", group.opened},
          {"closed", group.closed},
          {"closed_at_end", group.closed_at_end},
          {"rate_per_second", rounded(group.rate_per_second)},
          {"growing", group.growing},
          {"oldest_s", rounded_or_null(group.oldest_s)},
          {"newest_s", rounded_or_null(group.newest_s)},
          {"culprit", culprit_json(group.culprit)},
          {"stacks", group.stacks},
          {"stack", stack_json(group.stack)},
          {"signs", signs_json(group.signs)},
          {"probably_before", probable_json(group.probably_before)},
          {"handles", array(group.handles)}};
}

Json object(const report::BadClose& bad) {
  return {{"kind", bad.is_use ? bad_use_word(bad.kind) : bad_close_word(bad.kind)},
          {"handle", bad.handle},
          {"count", bad.count},
          {"sweep", bad.sweep},
          {"noise", bad.noise},
          {"stack", stack_json(bad.stack)},
          {"closed_by", stack_json(bad.closed_by)},
          {"opened_by", stack_json(bad.opened_by)},
          {"noticed_by", stack_json(bad.noticed_by)}};
}

Json object(const report::FailedOpen& failed) {
  return {{"error", failed.error},
          {"at_limit", failed.at_limit},
          {"call", failed.call},
          {"count", failed.count},
          {"first_s", rounded(failed.first_s)},
          {"last_s", rounded(failed.last_s)},
          {"example", failed.example},
          {"culprit", culprit_json(failed.culprit)},
          {"stack", stack_json(failed.stack)}};
}

Json object(const report::Coverage& coverage) {
  return {{"open", coverage.open},
          {"explained", coverage.explained},
          {"before_tracking", coverage.before_tracking},
          {"before_mark", coverage.before_mark},
          {"inherited", coverage.inherited},
          {"unseen", coverage.unseen},
          {"lost_events", coverage.lost_events},
          {"lost_at_least", coverage.lost_at_least},
          {"compared", coverage.compared},
          {"seconds_before_end", rounded(coverage.seconds_before_end)},
          {"inherited_handles", array(coverage.inherited_handles)},
          {"unseen_handles", array(coverage.unseen_handles)},
          {"unseen_because", word(coverage.unseen_because)}};
}

Json object(const report::Dump& dump) {
  const auto type = [&](const report::TypeCount& count) -> Json {
    const auto unnamed = dump.unnamed.find(count.type);
    return {{"type", count.type},
            {"count", count.count},
            {"unnamed", unnamed == dump.unnamed.end() ? 0 : unnamed->second},
            {"signs", signs_json(count.signs)}};
  };
  const auto same = [](const report::SameName& name) -> Json {
    return {{"type", name.type}, {"name", name.name}, {"count", name.count}};
  };
  return {{"system", dump.system},
          {"up_s", rounded_or_null(dump.up_s)},
          {"types", array_of(dump.types, type)},
          {"standing_out", dump.standing_out},
          {"same_names", array_of(dump.same_names, same)},
          {"operations", dump.operations},
          {"ring_is_full", dump.ring_is_full}};
}

// Windows' are unsigned: that of an access violation is 3221225477.
Json exit_status(const report::Process& process) {
  if (process.windows && process.exit_status) return static_cast<std::uint32_t>(*process.exit_status);
  return or_null(process.exit_status);
}

Json object(const report::Process& process) {
  return {
      {"pid", process.pid},
      {"name", process.name},
      {"started_s", rounded(process.started_s)},
      {"ran_s", rounded(process.ran_s)},
      {"attached", process.attached},
      {"running", process.running},
      {"exit_status", exit_status(process)},
      {"killed_by_signal", or_null(process.killed_by_signal)},
      {"traced", process.not_traced.empty()},
      {"not_traced", process.not_traced},
      {"traced_until_s", rounded_or_null(process.traced_until_s)},
      {"open", process.open},
      {"soft_limit", or_null(process.soft_limit)},
      {"hard_limit", or_null(process.hard_limit)},
      {"closed_at_end", process.closed_at_end},
      {"groups", array(process.groups)},
      {"bad_closes", bad_array(process.bad_closes, false)},
      {"bad_uses", bad_array(process.bad_closes, true)},
      {"failed_opens", array(process.failed_opens)},
      {"failed_opens_left_out",
       {{"groups", process.failed_opens_left_out.groups}, {"count", process.failed_opens_left_out.count}}},
      {"coverage", object(process.coverage)},
      {"dump", process.dump ? object(*process.dump) : Json(nullptr)}};
}

Json object(const report::Mark& mark) {
  return {{"label", mark.label}, {"at_s", rounded(mark.at_s)}};
}

}  // namespace

void json(const report::Report& report, std::ostream& out) {
  const Json root = {{"schema", "ajar/1"},
                     {"marks", array(report.marks)},
                     {"since", report.since ? object(*report.since) : Json(nullptr)},
                     {"file", report.file},
                     {"processes", array(report.processes)},
                     {"warnings", report.warnings}};
  write_json(root, out);
}

}  // namespace ajar::render
