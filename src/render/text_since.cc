#include "render/text_since.h"

#include <algorithm>
#include <ostream>
#include <string>

#include "render/escape.h"
#include "render/text_findings.h"
#include "report/doubt.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::counted;
using report::duration;
using report::thousands;

std::string quoted(const report::Mark& mark) {
  return "'" + escaped(mark.label) + "'";
}

}  // namespace

void since_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  if (!report.since) return;
  std::uint64_t since = process.coverage.unseen;
  for (const report::Group& group : process.groups) since += group.outstanding;
  const double end_s = process.running ? report.end_s : process.started_s + process.ran_s;
  const bool is_now = process.running && !report.is_told_later;
  out << " since " << quoted(*report.since) << ", " << duration(std::max(end_s - report.since->at_s, 0.0))
      << (is_now            ? " ago: "
          : process.running ? " before the recording's end: "
                            : " before the end: ")
      << thousands(since)
      << (since == 1 ? " was opened and is still open" : " were opened and are still open");
  const std::uint64_t before = process.coverage.before_mark;
  if (before > 0) out << "; " << thousands(before) << (before == 1 ? " was" : " were") << " open before";
  out << '\n';
}

void nothing_since_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  switch (report::doubt_of(process, report)) {
    case report::Doubt::damaged:
      out << " nothing is left open among what could be read: that proves nothing\n";
      break;
    case report::Doubt::events_lost:
      out << " nothing was seen that is left open, but events were lost: that proves nothing\n";
      break;
    case report::Doubt::opened_unseen:
      out << " nothing is left open of what was seen; "
          << counted(process.coverage.unseen, "handle was", "handles were") << " opened unseen\n";
      break;
    case report::Doubt::left_out:
      out << " nothing is left open among what is told\n";
      break;
    case report::Doubt::none:
      out << " nothing that was opened since is still open\n";
      break;
  }
}

void marks_line(const report::Report& report, std::ostream& out) {
  if (report.marks.empty() || report.since) return;
  constexpr std::size_t shown = 8;
  out << "marks: ";
  const std::size_t count = std::min(report.marks.size(), shown);
  for (std::size_t i = 0; i < count; ++i) {
    const report::Mark& mark = report.marks[report.marks.size() - count + i];
    out << (i == 0 ? "" : ", ") << quoted(mark) << " at " << duration(mark.at_s);
  }
  if (report.marks.size() > shown) out << ", and " << report.marks.size() - shown << " before these";
  out << " (--since LABEL tells what came after)\n";
}

}  // namespace ajar::render
