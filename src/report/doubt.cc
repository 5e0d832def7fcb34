#include "report/doubt.h"

#include <algorithm>

namespace ajar::report {

Doubt doubt_of(const Process& process, const Report& report) {
  if (report.extent == Extent::damaged) return Doubt::damaged;
  if (process.coverage.lost_events > 0) return Doubt::events_lost;
  if (process.coverage.unseen > 0) return Doubt::opened_unseen;
  const auto is_left_out = [](const Group& group) { return !group.suppressed_by.empty(); };
  return std::ranges::any_of(process.groups, is_left_out) ? Doubt::left_out : Doubt::none;
}

bool breaks_off(const Process& process, const Report& report) {
  return report.extent == Extent::unfinished && process.running;
}

std::string_view why_it_proves_nothing(const Report& report) {
  const auto& all = report.processes;
  if (report.extent == Extent::damaged) return kNotAllCouldBeRead;
  // Also where all processes have ended: their last events may be what was not written any more.
  if (report.extent == Extent::unfinished) return "the recording has no end";
  const auto is_unknown = [](const Process& process) { return !process.not_traced.empty(); };
  if (!all.empty() && std::ranges::all_of(all, is_unknown)) return "no process was traced to its end";
  if (std::ranges::any_of(all, [](const Process& process) { return process.coverage.lost_events > 0; }))
    return "events were lost";
  return {};
}

}  // namespace ajar::report
