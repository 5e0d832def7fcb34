#include <algorithm>
#include <array>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "render/escape.h"
#include "render/system_logs.h"
#include "render/table_words.h"
#include "render/together_text.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::counted;
using report::SystemLog;
using report::SystemLogs;
using report::SystemRun;
using report::SystemTrouble;
using Of = SystemTrouble::Of;

constexpr std::size_t kProcesses =
    8;  // that a log has numbers of, with those that had the most handles first

std::string log_words(const SystemLog& log) {
  std::string words = log.channel.empty() ? "a log" : "the " + escaped(log.channel) + " log";
  if (!log.host.empty()) words += " of " + escaped(log.host);
  return words;
}

std::string when(const SystemTrouble& trouble, const SystemRun& run) {
  const bool is_once = trouble.first_unix_ns == trouble.last_unix_ns;
  std::string words = is_once ? report::utc(trouble.first_unix_ns)
                              : report::utc_span(trouble.first_unix_ns, trouble.last_unix_ns);
  if (!run.started_unix_ns) return words;
  const double since =
      (static_cast<double>(trouble.first_unix_ns) - static_cast<double>(*run.started_unix_ns)) / 1e9;
  words += is_once ? ", " : ", first ";
  return words + report::duration(since) + " after the system's start";
}

// "srv 2020", without what stands before the names of most of the system's parts.
std::string source_words(const SystemTrouble& trouble) {
  constexpr std::string_view kCommon = "Microsoft-Windows-";
  std::string_view source = trouble.source;
  if (source.starts_with(kCommon)) source.remove_prefix(kCommon.size());
  return escaped(source) + " " + std::to_string(trouble.id);
}

struct Row {
  bool is_of_handles = false;
  std::string verdict, what, times, when;
};

void write_run(const SystemRun& run, const TablesOptions& options, std::ostream& out) {
  std::vector<Row> rows;
  std::array<std::size_t, 3> widths{};
  for (const SystemTrouble& trouble : run.troubles) {
    Row row{.is_of_handles = is_of_handles(trouble.of),
            .verdict = is_of_handles(trouble.of) ? "USED UP" : std::string(trouble_word(trouble.of)),
            .what = trouble.what + " (" + source_words(trouble) + ")",
            .times = trouble.times == 1 ? "once" : report::thousands(trouble.times) + " times",
            .when = when(trouble, run)};
    widths = {std::max(widths[0], columns(row.verdict)), std::max(widths[1], columns(row.what)),
              std::max(widths[2], columns(row.times))};
    rows.push_back(std::move(row));
  }
  for (const Row& row : rows) {
    std::string line = "   " + padded(row.verdict, widths[0]) + "  " + padded(row.what, widths[1]) + "  " +
                       padded(row.times, widths[2]) + "  " + row.when;
    if (options.width > 0) line = cut(line, options.width);
    out << (row.is_of_handles ? warned(line, true, options) : line) << '\n';
  }
  if (!run.next_start_unix_ns) return;
  out << "     the system was started anew at " << report::utc(*run.next_start_unix_ns)
      << (run.crashed ? ", after it had gone down without a shutdown" : "") << '\n';
}

void write_damage(const SystemLog& log, std::ostream& out) {
  if (log.not_read > 0) out << "   not read, damaged: " << counted(log.not_read, "event", "events") << '\n';
  if (log.cut_off) out << "   there is more in it that could not be read: it is damaged or cut off\n";
}

void write_head(const SystemLog& log, std::ostream& out) {
  out << log_words(log) << ": " << counted(log.events, "event", "events") << ", "
      << report::utc_span(log.from_unix_ns, log.until_unix_ns) << " (UTC)\n";
}

// Handles of the processes that Windows tells of when memory runs out.
void write_counts(const report::CountTrends& counts, const TablesOptions& options, std::ostream& out) {
  if (counts.processes.empty()) return;
  std::vector<const report::CountTrend*> processes;
  for (const report::CountTrend& process : counts.processes) processes.push_back(&process);
  std::ranges::stable_sort(processes, std::ranges::greater(), &report::CountTrend::most);
  out << "     handles of the programs with the most memory at those moments:\n";
  const std::size_t shown = options.top == 0 ? processes.size() : std::min(processes.size(), kProcesses);
  for (const report::CountTrend* process : std::span(processes).first(shown)) {
    out << "       " << called(process->name, process->pid) << ": " << report::thousands(process->first);
    if (process->samples > 1)
      out << " -> " << report::thousands(process->last) << " in "
          << report::duration(process->until_s - process->from_s);
    out << '\n';
  }
  if (shown < processes.size())
    out << "       … " << counted(processes.size() - shown, "more", "more") << " (--top 0)\n";
  for (const report::TokenQuestion& question : counts.tokens) out << "     " << token_words(question) << '\n';
}

// What settles it.
constexpr std::string_view kCountThem =
    "       typeperf \"\\Process(*)\\Handle Count\" \"\\Process(*)\\ID Process\" -si 60 -o counts.csv\n"
    "       ajar report counts.csv      which processes grow, and how fast\n"
    "       ajar handles GROWING.dmp    of what (a dump with handle data: procdump -ma PID)\n";

void write_meaning(const SystemLogs& logs, std::ostream& out) {
  std::array<bool, 4> has{};
  for (const SystemLog& log : logs.logs)
    for (const SystemRun& run : log.runs)
      for (const SystemTrouble& trouble : run.troubles) has.at(static_cast<std::size_t>(trouble.of)) = true;
  const auto tells = [&](Of of) { return has.at(static_cast<std::size_t>(of)); };
  out << "   what it means\n";
  if (tells(Of::pool))
    out << "     each open handle takes some of the kernel's pools. A process that never closes them empties "
           "them "
           "in the\n"
           "     end, for all; a driver may do so, too. Who it was no event says: the server only met it "
           "first.\n";
  if (tells(Of::ports))
    out << "     a socket that is never closed keeps its port. So may very many short connections, for "
           "minutes.\n";
  if (tells(Of::memory))
    out << "     programs and the kernel together had all memory that there is, page files included. Handles "
           "take\n"
           "     little of it: look at their numbers, a leak of memory is as likely.\n";
  if (tells(Of::maybe))
    out << "     'maybe': may come of that, and of other things: a slow disk (Application Popup 333), "
           "connections\n"
           "     that come and go fast (Tcpip 4227).\n";
  out << "     who it is shows in a log of all processes' handles, from the system's start until it "
         "happens:\n"
      << kCountThem;
}

std::string looked_for(const SystemLogs& logs) {
  std::string words;
  for (const std::string& source : logs.looked_for) words += (words.empty() ? "" : ", ") + source;
  return words;
}

void write_none(const SystemLogs& logs, const TablesOptions& options, std::ostream& out) {
  const bool has_system = std::ranges::any_of(
      logs.logs, [](const SystemLog& log) { return log.channel == "System" || log.channel.empty(); });
  out << "   nothing in it says that pools, ports or memory were used up\n";
  const std::size_t width = options.width > 0 ? options.width : 110;
  out << "     " << wrapped("looked for: " + looked_for(logs), 5, width) << '\n';
  if (!has_system) out << "     such events stand in the System log, which is not in it\n";
  for (const SystemLog& log : logs.logs) {
    if (log.starts > 0)
      out << "     the system was started " << counted(log.starts, "time", "times") << " meanwhile\n";
  }
  out << "     a leak shows so only when it is too late. In time it shows in a log of all processes' "
         "handles:\n"
      << kCountThem;
}

}  // namespace

void system_logs_text(const SystemLogs& logs, const TablesOptions& options, std::ostream& out) {
  if (!logs.file.empty()) out << escaped(logs.file) << ": ";
  std::size_t shown = 0;
  for (const SystemLog& log : logs.logs) {
    if (options.top != 0 && shown == options.top) break;
    if (shown > 0) out << "  ";
    write_head(log, out);
    ++shown;
    for (const SystemRun& run : log.runs) write_run(run, options, out);
    write_damage(log, out);
  }
  if (shown < logs.logs.size())
    out << "  … " << counted(logs.logs.size() - shown, "more log", "more logs") << " (--top 0)\n";
  write_counts(logs.counts, options, out);
  if (report::has_trouble(logs, false)) {
    write_meaning(logs, out);
  } else {
    write_none(logs, options, out);
  }
  for (const std::string& warning : logs.warnings) out << "warning: " << escaped(warning) << '\n';
}

}  // namespace ajar::render
