#include "render/text.h"

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "render/escape.h"
#include "render/handle_words.h"
#include "render/text_dump.h"
#include "render/text_findings.h"
#include "render/text_since.h"
#include "render/text_stack.h"
#include "render/text_untraced.h"
#include "report/doubt.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::counted;
using report::duration;
using report::thousands;
using report::Verdict;

// After a mark there is little, and whoever asks wants to see it all.
bool is_told(const report::Group& group, const report::Report& report) {
  return is_finding(group) || (report.since && group.suppressed_by.empty());
}

bool is_bug(const report::BadClose& bad) {
  return !bad.noise;
}

bool has_findings(const report::Process& process, const report::Report& report) {
  const auto told = [&](const report::Group& group) { return is_told(group, report); };
  return std::ranges::any_of(process.groups, told) || std::ranges::any_of(process.bad_closes, is_bug) ||
         std::ranges::any_of(process.failed_opens, &report::FailedOpen::at_limit) ||
         process.coverage.lost_events > 0;
}

// "shop.strace: strace's log of shop-server (pid 4121), 62.4 s, 805 handles open at its end"
void log_header_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  out << escaped(report.file) << ": strace's log of "
      << (process.name.empty() && process.pid != 0 ? "pid " + std::to_string(process.pid) : named(process))
      << ", " << duration(process.ran_s);
  if (process.killed_by_signal.has_value()) out << " until killed by signal " << *process.killed_by_signal;
  out << ", " << counted(process.open, "handle", "handles")
      << (process.running ? " open where the log ends" : " open at the end") << '\n';
}

void header_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  if (report.is_strace_log) return log_header_line(process, report, out);
  const char* const did = process.attached       ? " was watched for "
                          : !process.running     ? " ran "
                          : report.is_told_later ? " had run "
                                                 : " has run ";
  out << "ajar: " << named(process) << did << duration(process.ran_s);
  if (process.killed_by_signal.has_value()) out << " until killed by signal " << *process.killed_by_signal;
  out << ", " << counted(process.open, "handle", "handles")
      << (!process.running       ? " open at the end"
          : report.is_told_later ? " open where the recording ends"
                                 : " open now")
      << '\n';
}

// Writes the first `top` of `items` that `is_shown` lets through, an empty line before each, and how many
// more there are.
template <typename Items, typename IsShown, typename Write>
void write_top(const Items& items, const TextOptions& options, const char* what, std::ostream& out,
               IsShown&& is_shown, Write&& write) {
  std::size_t number = 0;
  for (const auto& item : items) {
    if (!std::invoke(is_shown, item)) continue;
    if (++number > options.top && options.top > 0) continue;
    out << '\n';
    write(item, number);
  }
  if (options.top > 0 && number > options.top) {
    out << " … " << thousands(number - options.top) << " more " << what << " (--top 0)\n";
  }
}

bool opened_at_start(const report::Process& process, const report::Group& group) {
  const double first = group.handles.empty() ? 0 : group.handles.front().opened_at_s.value_or(0);
  const double after = group.handles.empty() ? 0 : first - process.started_s;
  return after <= std::max(1.0, process.ran_s / 10);
}

// "4 opened once at start and kept, 20 in use, pooled or cached (2 places)"
void not_leaks_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  std::uint64_t once = 0;
  std::uint64_t steady = 0;
  std::uint64_t places = 0;
  bool at_start = true;
  for (const report::Group& group : process.groups) {
    if (!group.suppressed_by.empty() || is_told(group, report)) continue;
    if (group.verdict == Verdict::one_off) {
      once += group.outstanding;
      at_start = at_start && opened_at_start(process, group);
    } else if (group.verdict == Verdict::steady) {
      steady += group.outstanding;
      ++places;
    }
  }
  std::vector<std::string> parts;
  const report::Coverage& coverage = process.coverage;
  // On Windows the loader has opened some before anybody can look.
  if (coverage.inherited > 0)
    parts.push_back(thousands(coverage.inherited) + (process.windows ? " open at its start" : " inherited"));
  if (coverage.before_tracking > 0) {
    parts.push_back(thousands(coverage.before_tracking) + " open before tracking began");
  }
  if (once > 0)
    parts.push_back(thousands(once) + " opened once" + (at_start ? " at start" : "") + " and kept");
  if (steady > 0) {
    parts.push_back(thousands(steady) + " in use, pooled or cached (" + counted(places, "place", "places") +
                    ")");
  }
  for (std::size_t i = 0; i < parts.size(); ++i) out << (i == 0 ? " not leaks: " : ", ") << parts[i];
  if (!parts.empty()) out << '\n';
}

// What is forgotten for certain among what does not grow.
void forgotten_lines(const report::Process& process, const report::Report& report, std::ostream& out) {
  const auto is_certain = [](const report::SignCount& sign) {
    return sign.sign == "close_wait" || sign.sign == "other_end_gone";
  };
  for (const report::Group& group : process.groups) {
    if (!group.suppressed_by.empty() || is_told(group, report)) continue;
    for (const report::SignCount& sign : group.signs) {
      if (!is_certain(sign)) continue;
      out << "  ==> " << sign.words << " (" << escaped(group.type);
      if (group.culprit.has_value()) out << ", " << culprit_words(*group.culprit);
      out << ")\n";
    }
  }
}

void noise_line(const report::Process& process, bool uses, std::ostream& out) {
  std::uint64_t calls = 0;
  std::uint64_t places = 0;
  for (const report::BadClose& bad : process.bad_closes) {
    if (!bad.noise || bad.is_use != uses) continue;
    calls += bad.count;
    ++places;
  }
  if (places == 0) return;
  out << " not bugs: " << (uses ? counted(calls, "use", "uses") : counted(calls, "close", "closes"))
      << " of what was not open" << (uses ? "" : ", made to be sure") << " ("
      << counted(places, "place", "places") << ")\n";
}

void suppressed_line(const report::Process& process, std::ostream& out) {
  std::uint64_t groups = 0;
  std::uint64_t handles = 0;
  for (const report::Group& group : process.groups) {
    if (group.suppressed_by.empty()) continue;
    ++groups;
    handles += group.outstanding;
  }
  if (groups == 0) return;
  out << " left out by filters and suppressions: " << counted(handles, "handle", "handles") << " in "
      << counted(groups, "group", "groups") << '\n';
}

void nothing_stays_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  out << (report::breaks_off(process, report) ? " no leaks up to where the recording ends: " : " no leaks: ");
  if (!process.groups.empty()) {
    out << "nothing that stays open keeps growing in number\n";
    return;
  }
  out << "whatever was opened was closed again";
  constexpr std::uint64_t many = 8;
  if (process.closed_at_end >= many)
    out << ", " << counted(process.closed_at_end, "handle", "handles") << " only as the program ended";
  out << '\n';
}

void no_leaks_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  if (std::ranges::any_of(process.groups, [&](const auto& group) { return is_told(group, report); })) return;
  if (report.since) return nothing_since_line(process, report, out);
  switch (report::doubt_of(process, report)) {
    case report::Doubt::damaged:
      out << " no leaks among what could be read: that proves nothing\n";
      break;
    case report::Doubt::events_lost:
      out << " no leaks seen, but events were lost: that proves nothing\n";
      break;
    case report::Doubt::opened_unseen:
      out << " no leaks among what was seen; "
          << counted(process.coverage.unseen, "handle was", "handles were") << " opened unseen\n";
      break;
    case report::Doubt::left_out:
      out << " no leaks among what is told\n";
      break;
    case report::Doubt::none:
      nothing_stays_line(process, report, out);
      break;
  }
}

std::string comparison_words(const report::Coverage& coverage) {
  if (coverage.compared == "never") return "never compared with the kernel's table: events are all there is";
  const std::string before = duration(coverage.seconds_before_end) + " before the end";
  if (coverage.compared != "exit") return "compared with the kernel's table " + before;
  return "compared with the kernel's table at exit" +
         (coverage.seconds_before_end >= 0.05 ? ", " + before : "");
}

std::string_view unseen_words(report::Unseen because) {
  switch (because) {
    case report::Unseen::events_lost:
      return "events were lost, and these openings may be among them";
    case report::Unseen::io_uring:
      return "by no call that ajar watches: the process has an io_uring, which the kernel may open by";
    case report::Unseen::not_in_log:
      return "by calls that are not in the log";
    case report::Unseen::past_the_library:
      return "by no call that ajar watches: system calls of the program's own (assembly, Go, another "
             "runtime), another\n"
             "    process that shares the table, or inner ways of the C library";
    case report::Unseen::none:
      break;
  }
  return {};
}

void coverage_lines(const report::Process& process, std::ostream& out) {
  const report::Coverage& coverage = process.coverage;
  out << "coverage: " << thousands(coverage.explained) << " of "
      << counted(coverage.open, "open handle", "open handles") << " explained, "
      << (coverage.lost_at_least ? "at least " : "") << counted(coverage.lost_events, "event", "events")
      << " lost; " << comparison_words(coverage) << '\n';
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < std::min(coverage.unseen_handles.size(), shown); ++i) {
    const report::Handle& handle = coverage.unseen_handles[i];
    out << "  opened unseen: " << handle_words(handle.value, process.windows) << ", " << escaped(handle.type)
        << (handle.name.empty() ? "" : " " + escaped(handle.name)) << '\n';
  }
  if (coverage.unseen_handles.size() > shown) {
    out << "  opened unseen: " << thousands(coverage.unseen_handles.size() - shown) << " more\n";
  }
  const std::string_view words = unseen_words(coverage.unseen_because);
  if (!coverage.unseen_handles.empty() && !words.empty()) out << "    " << words << '\n';
}

void group_list(const report::Process& process, const report::Report& report, const TextOptions& options,
                std::ostream& out) {
  write_top(
      process.groups, options, "groups", out, [&](const auto& group) { return is_told(group, report); },
      [&](const report::Group& group, std::size_t number) { group_lines(group, number, options, out); });
  write_top(process.bad_closes, options, "places with bad closes or uses", out, is_bug,
            [&](const report::BadClose& bad, std::size_t) { bad_close_lines(bad, options, out); });
}

// What is left to say of a dump where nothing was found.
void nothing_traced_line(const report::Process& process, const report::Report& report, std::ostream& out) {
  const auto told = [&](const report::Group& group) { return is_told(group, report); };
  if (process.dump->operations == 0 || std::ranges::any_of(process.groups, told)) return;
  out << " no code stands out among the traced operations\n";
}

void dump_process_lines(const report::Process& process, const report::Report& report,
                        const TextOptions& options, std::ostream& out) {
  dump_lines(process, report, options, out);
  group_list(process, report, options, out);
  nothing_traced_line(process, report, out);
  dump_table_lines(process, options, out);
  for (const bool uses : {false, true}) noise_line(process, uses, out);
  suppressed_line(process, out);
}

void process_lines(const report::Process& process, const report::Report& report, const TextOptions& given,
                   std::ostream& out) {
  TextOptions options = given;
  options.windows = process.windows;
  options.bad_uses = process.bad_uses;
  if (process.dump) return dump_process_lines(process, report, options, out);
  header_line(process, report, out);
  since_line(process, report, out);
  group_list(process, report, options, out);
  write_top(process.failed_opens, options, "places at the limit", out, &report::FailedOpen::at_limit,
            [&](const report::FailedOpen& failed, std::size_t) { failed_open_lines(failed, options, out); });
  if (!report.is_told_later) limit_line(process, out);
  no_leaks_line(process, report, out);
  not_leaks_line(process, report, out);
  forgotten_lines(process, report, out);
  for (const bool uses : {false, true}) noise_line(process, uses, out);
  suppressed_line(process, out);
  coverage_lines(process, out);
}

void others_line(const std::vector<const report::Process*>& others, const report::Report& report,
                 std::ostream& out) {
  if (others.empty()) return;
  constexpr std::size_t shown = 8;
  out << counted(others.size(), "more process", "more processes") << ", nothing to report: ";
  for (std::size_t i = 0; i < std::min(others.size(), shown); ++i) {
    const report::Process& process = *others[i];
    out << (i == 0 ? "" : ", ") << (process.name.empty() ? "?" : escaped(process.name)) << " (" << process.pid
        << (!process.running       ? ")"
            : report.is_told_later ? ", ran on)"
                                   : ", still running)");
  }
  out << (others.size() > shown ? ", …\n" : "\n");
}

}  // namespace

void text(const report::Report& report, const TextOptions& options, std::ostream& out) {
  std::vector<const report::Process*> others;
  bool first = true;
  for (const report::Process& process : report.processes) {
    if (!process.not_traced.empty()) continue;
    if (!first && !has_findings(process, report)) {
      others.push_back(&process);
      continue;
    }
    if (!first) out << '\n';
    first = false;
    process_lines(process, report, options, out);
  }
  others_line(others, report, out);
  untraced_lines(report.processes, out);
  marks_line(report, out);
  for (const std::string& warning : report.warnings) out << "warning: " << escaped(warning) << '\n';
}

}  // namespace ajar::render
