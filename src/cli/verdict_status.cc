#include "cli/verdict_status.h"

#include <algorithm>

namespace ajar::cli {
namespace {

bool counts(const report::Group& group, ErrorOn error_on) {
  if (!group.suppressed_by.empty() || group.outstanding == 0) return false;
  switch (group.verdict) {
    case report::Verdict::leak:
      return true;
    case report::Verdict::suspect:
      return error_on != ErrorOn::leak;
    case report::Verdict::steady:
    case report::Verdict::one_off:
      break;
  }
  return error_on == ErrorOn::any;
}

}  // namespace

bool found(const report::Report& report, ErrorOn error_on) {
  return std::ranges::any_of(report.processes, [&](const report::Process& process) {
    if (error_on == ErrorOn::any && !process.coverage.unseen_handles.empty()) return true;
    return std::ranges::any_of(process.groups,
                               [&](const report::Group& group) { return counts(group, error_on); });
  });
}

}  // namespace ajar::cli
