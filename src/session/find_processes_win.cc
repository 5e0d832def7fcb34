#include <windows.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "base/number.h"
#include "platform/win_processes.h"
#include "session/live_tables.h"

namespace ajar::session {
namespace {

using platform::win::ProcessRow;

std::int64_t own_pid() {
  return static_cast<std::int64_t>(::GetCurrentProcessId());
}

// ajar, and what started it, up to the first that did.
std::vector<std::int64_t> own_line(const std::vector<ProcessRow>& rows) {
  std::vector<std::int64_t> line = {own_pid()};
  for (;;) {
    const auto row = std::ranges::find(rows, line.back(), &ProcessRow::pid);
    // Numbers are given again: a parent may be long gone.
    if (row == rows.end() || std::ranges::find(line, row->parent) != line.end()) return line;
    line.push_back(row->parent);
  }
}

}  // namespace

base::Result<std::vector<std::int64_t>> find_processes(const std::string& operand) {
  if (operand.empty()) return base::Error("an empty name of a process");
  const auto pid = base::parse_number<std::int64_t>(operand);
  if (pid.has_value() && *pid >= 0) return std::vector<std::int64_t>{*pid};
  std::regex pattern;
  try {
    pattern.assign(operand, std::regex::extended | std::regex::icase);
  } catch (const std::regex_error& error) {
    return base::Error("'" + operand + "' is no regular expression: " + error.what());
  }
  const auto rows = platform::win::list_processes();
  if (!rows.ok()) return rows.error();
  const std::vector<std::int64_t> line = own_line(rows.value());
  std::vector<std::int64_t> found;
  for (const ProcessRow& row : rows.value()) {
    if (row.pid == own_pid() || row.pid == 0) continue;
    // What started ajar has the pattern in its words for that reason.
    const bool started_us = std::ranges::find(line, row.pid) != line.end();
    std::string words = started_us ? std::string() : platform::win::command_line(row.pid);
    if (words.empty()) words = row.name;
    if (std::regex_search(words, pattern)) found.push_back(row.pid);
  }
  std::ranges::sort(found);
  return found;
}

std::string process_name(std::int64_t pid) {
  const auto row = platform::win::find_process(pid);
  return row.ok() ? row.value().name : "process";
}

std::string process_line(std::int64_t pid) {
  std::string line = std::to_string(pid);
  if (const auto row = platform::win::find_process(pid); row.ok()) line += "  " + row.value().name;
  if (const std::string words = platform::win::command_line(pid); !words.empty()) line += "  " + words;
  return line;
}

}  // namespace ajar::session
