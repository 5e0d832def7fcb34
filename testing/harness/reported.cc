#include "harness/reported.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace ajar::harness {
namespace {

using Json = nlohmann::json;

// A culprit may lack a function, a frame may lack a module: then the text is absent, null or empty.
std::string text(const Json& json, const char* key) {
  return json.contains(key) && json.at(key).is_string() ? json.at(key).get<std::string>() : std::string();
}

std::vector<ReportedFrame> parse_stack(const Json& json) {
  std::vector<ReportedFrame> stack;
  for (const Json& frame : json) {
    stack.push_back({text(frame, "function"), text(frame, "symbol"), text(frame, "module")});
  }
  return stack;
}

ReportedGroup parse_group(const Json& json) {
  ReportedGroup group{.verdict = json.at("verdict"),
                      .reason = json.at("reason"),
                      .type = json.at("type"),
                      .outstanding = json.at("outstanding"),
                      .opened = json.at("opened"),
                      .closed = json.at("closed"),
                      .closed_at_end = json.value("closed_at_end", std::uint64_t{0}),
                      .rate_per_second = json.at("rate_per_second"),
                      .module = {},
                      .function = {},
                      .stack = parse_stack(json.at("stack")),
                      .handles = {}};
  if (json.contains("culprit") && json.at("culprit").is_object()) {
    group.module = text(json.at("culprit"), "module");
    group.function = text(json.at("culprit"), "function");
  }
  for (const Json& handle : json.at("handles")) {
    group.handles.push_back(
        {handle.at("handle"), handle.at("name"), handle.at("opened_at_s"), text(handle, "thread_name")});
  }
  return group;
}

// Who opened each of them, before a fork or an exec.
std::vector<std::string> parse_origins(const Json& handles) {
  std::vector<std::string> functions;
  for (const Json& handle : handles) {
    const Json& opener = handle.at("opened_by");
    functions.push_back(opener.is_object() ? text(opener, "function") : std::string());
  }
  return functions;
}

ReportedCoverage parse_coverage(const Json& json) {
  return {.open = json.at("open"),
          .explained = json.at("explained"),
          .before_tracking = json.at("before_tracking"),
          .inherited = json.at("inherited"),
          .unseen = json.at("unseen"),
          .lost_events = json.at("lost_events"),
          .compared = json.at("compared"),
          .inherited_from = parse_origins(json.at("inherited_handles"))};
}

std::vector<ReportedBadClose> parse_bad_closes(const Json& json) {
  std::vector<ReportedBadClose> all;
  for (const Json& bad : json) {
    all.push_back({.kind = bad.at("kind"),
                   .handle = bad.at("handle"),
                   .count = bad.value("count", std::uint64_t{1}),
                   .noise = bad.value("noise", false),
                   .stack = parse_stack(bad.at("stack")),
                   .closed_by = parse_stack(bad.at("closed_by")),
                   .opened_by = parse_stack(bad.at("opened_by")),
                   .noticed_by = parse_stack(bad.value("noticed_by", Json::array()))});
  }
  return all;
}

ReportedProcess parse_process(const Json& json) {
  ReportedProcess process{.pid = json.at("pid"),
                          .name = json.at("name"),
                          .open = 0,
                          .not_traced = text(json, "not_traced"),
                          .groups = {},
                          .bad_closes = {},
                          .bad_uses = {},
                          .coverage = {}};
  if (!process.not_traced.empty()) return process;
  process.open = json.at("open");
  for (const Json& group : json.at("groups")) process.groups.push_back(parse_group(group));
  process.bad_closes = parse_bad_closes(json.at("bad_closes"));
  process.bad_uses = parse_bad_closes(json.value("bad_uses", Json::array()));
  process.coverage = parse_coverage(json.at("coverage"));
  return process;
}

}  // namespace

bool has(const std::vector<ReportedFrame>& stack, std::string_view function) {
  return std::ranges::find(stack, function, &ReportedFrame::function) != stack.end();
}

std::string ReportedGroup::summary() const {
  const std::string late =
      closed_at_end == 0 ? "" : " and " + std::to_string(closed_at_end) + " closed at the end";
  return std::to_string(outstanding) + late + " x " + type + " by '" + function + "' in '" + module + "' (" +
         verdict + ")";
}

std::string ReportedProcess::summary() const {
  std::string lines = name + ":\n";
  for (const ReportedGroup& group : groups) lines += "  " + group.summary() + ": " + group.reason + "\n";
  return lines;
}

std::vector<ReportedGroup> ReportedProcess::with_verdict(std::string_view verdict) const {
  std::vector<ReportedGroup> found;
  std::ranges::copy_if(groups, std::back_inserter(found),
                       [&](const ReportedGroup& group) { return group.verdict == verdict; });
  return found;
}

const ReportedProcess* Reported::find(std::int64_t pid) const {
  const auto found = std::ranges::find(processes, pid, &ReportedProcess::pid);
  return found == processes.end() ? nullptr : &*found;
}

Reported parse_report(std::string_view json) {
  const Json parsed = Json::parse(json);
  Reported reported{.schema = parsed.at("schema"), .processes = {}};
  for (const Json& process : parsed.at("processes")) reported.processes.push_back(parse_process(process));
  return reported;
}

}  // namespace ajar::harness
