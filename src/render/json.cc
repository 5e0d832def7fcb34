#include "render/json.h"

#include "render/json_values.h"

namespace ajar::render {
namespace {

const char* word(report::Verdict verdict) {
  switch (verdict) {
    case report::Verdict::leak:
      return "leak";
    case report::Verdict::suspect:
      return "suspect";
    case report::Verdict::steady:
      return "steady";
    case report::Verdict::one_off:
      return "one-off";
  }
  return "suspect";
}

const char* word(report::BadClose::Kind kind) {
  switch (kind) {
    case report::BadClose::Kind::closed_twice:
      return "closed twice";
    case report::BadClose::Kind::not_open:
      return "not open";
    case report::BadClose::Kind::closes_anothers:
      return "closes another's";
  }
  return "not open";
}

const char* word(report::Unseen because) {
  switch (because) {
    case report::Unseen::none:
      break;
    case report::Unseen::events_lost:
      return "events lost";
    case report::Unseen::io_uring:
      return "io_uring";
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

template <typename Items>
Json array(const Items& items) {
  return array_of(items, [](const auto& item) { return object(item); });
}

Json object(const report::Handle& handle) {
  return {{"handle", handle.value},  {"type", handle.type},
          {"name", handle.name},     {"opened_at_s", rounded(handle.opened_at_s)},
          {"thread", handle.thread}, {"thread_name", handle.thread_name}};
}

Json object(const report::InheritedHandle& inherited) {
  Json handle = object(inherited.handle);
  handle["opened_by"] = culprit_json(inherited.opened_by);
  return handle;
}

Json object(const report::Group& group) {
  return {{"verdict", word(group.verdict)},
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
          {"oldest_s", rounded(group.oldest_s)},
          {"newest_s", rounded(group.newest_s)},
          {"culprit", culprit_json(group.culprit)},
          {"stacks", group.stacks},
          {"stack", stack_json(group.stack)},
          {"signs", signs_json(group.signs)},
          {"handles", array(group.handles)}};
}

Json object(const report::BadClose& bad) {
  return {{"kind", word(bad.kind)},
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
          {"inherited", coverage.inherited},
          {"unseen", coverage.unseen},
          {"lost_events", coverage.lost_events},
          {"compared", coverage.compared},
          {"seconds_before_end", rounded(coverage.seconds_before_end)},
          {"inherited_handles", array(coverage.inherited_handles)},
          {"unseen_handles", array(coverage.unseen_handles)},
          {"unseen_because", word(coverage.unseen_because)}};
}

Json object(const report::Process& process) {
  return {
      {"pid", process.pid},
      {"name", process.name},
      {"started_s", rounded(process.started_s)},
      {"ran_s", rounded(process.ran_s)},
      {"running", process.running},
      {"exit_status", or_null(process.exit_status)},
      {"killed_by_signal", or_null(process.killed_by_signal)},
      {"traced", process.not_traced.empty()},
      {"not_traced", process.not_traced},
      {"traced_until_s", process.traced_until_s ? Json(rounded(*process.traced_until_s)) : Json(nullptr)},
      {"open", process.open},
      {"closed_at_end", process.closed_at_end},
      {"groups", array(process.groups)},
      {"bad_closes", array(process.bad_closes)},
      {"failed_opens", array(process.failed_opens)},
      {"failed_opens_left_out",
       {{"groups", process.failed_opens_left_out.groups}, {"count", process.failed_opens_left_out.count}}},
      {"coverage", object(process.coverage)}};
}

}  // namespace

void json(const report::Report& report, std::ostream& out) {
  const Json root = {
      {"schema", "ajar/1"}, {"processes", array(report.processes)}, {"warnings", report.warnings}};
  write_json(root, out);
}

}  // namespace ajar::render
