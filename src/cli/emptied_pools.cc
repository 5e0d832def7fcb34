#include "cli/emptied_pools.h"

#include "analyze/system_log_history.h"
#include "base/words.h"
#include "catalog/windows_events.h"
#include "import/importer.h"
#include "recording/reader.h"
#include "report/words.h"

namespace ajar::cli {
namespace {

// Beside the pools, what tells when the system was started: whether it was since.
bool matters(const catalog::WindowsEvent& event) {
  return event.tells == catalog::EventTells::pool_used_up || !catalog::is_trouble(event.tells);
}

std::string looked_for() {
  std::string words;
  for (const catalog::WindowsEvent& event : catalog::kWindowsEvents) {
    if (event.tells != catalog::EventTells::pool_used_up) continue;
    words += words.empty() ? std::string(event.source) + " " : std::string(", ");
    words += std::to_string(event.id);
  }
  return words;
}

std::string line_of(const report::SystemTrouble& trouble, const report::SystemRun& run) {
  std::string line = "kernel pools: the " + trouble.what + ", says the System log (" + trouble.source + " " +
                     std::to_string(trouble.id) + ") ";
  line += trouble.times == 1 ? "once" : report::thousands(trouble.times) + " times";
  line += ": " + (trouble.times == 1 ? report::utc(trouble.first_unix_ns)
                                     : report::utc_span(trouble.first_unix_ns, trouble.last_unix_ns));
  line += " (UTC)";
  if (run.next_start_unix_ns)
    line += "; the system was started anew at " + report::utc(*run.next_start_unix_ns);
  return line;
}

std::vector<std::string> lines_of(const report::SystemLogs& logs) {
  std::vector<std::string> lines;
  for (const report::SystemLog& log : logs.logs) {
    for (const report::SystemRun& run : log.runs) {
      for (const report::SystemTrouble& trouble : run.troubles) {
        if (trouble.of == report::SystemTrouble::Of::pool) lines.push_back(line_of(trouble, run));
      }
    }
  }
  if (lines.empty())
    return {"kernel pools: the System log says of none that it ran out (" + looked_for() + "), since " +
            report::utc(logs.logs.front().from_unix_ns) + " (UTC)"};
  lines.push_back(
      "  each open handle takes some of them: a process that never closes its handles empties them for all; "
      "so may a driver");
  return lines;
}

}  // namespace

// With what it means: so it is more than one line.
std::vector<std::string> pools_that_ran_out() {
  std::vector<std::string> lines = emptied_pools();
  return lines.size() > 1 ? lines : std::vector<std::string>();
}

std::vector<std::string> pools_not_available(const std::string& why) {
  return {"kernel pools: not available: " + why};
}

std::string query_for_pools() {
  std::vector<std::string> ids;
  for (const catalog::WindowsEvent& event : catalog::kWindowsEvents) {
    if (matters(event)) ids.push_back("EventID=" + std::to_string(event.id));
  }
  return "*[System[(" + base::joined(ids, " or ") + ")]]";
}

std::vector<std::string> emptied_pools_in(std::span<const std::string> events) {
  std::string text;
  for (const std::string& event : events) text += event + "\n";
  const auto made = import::as_recording({.name = "System", .bytes = std::as_bytes(std::span(text))});
  if (!made.ok()) return pools_not_available("the System log of events: " + made.error().message());
  if (!made.value()) return pools_not_available("the System log has no event that ajar can read");
  auto reader = recording::Reader::open(*made.value());
  if (!reader.ok()) return pools_not_available(reader.error().message());
  analyze::SystemLogHistory history;
  model::Cursor cursor;
  reader.value()->read(cursor, history);
  const report::SystemLogs logs = history.told(reader.value()->world());
  if (logs.logs.empty()) return pools_not_available("the System log has no event that ajar can read");
  return lines_of(logs);
}

}  // namespace ajar::cli
