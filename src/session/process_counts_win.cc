#include <windows.h>

#include <algorithm>
#include <map>
#include <utility>

#include "platform/win_processes.h"
#include "session/live_tables.h"
#include "tables/windows/table.h"

namespace ajar::session {
namespace {

using report::ProcessCount;

// So many handles of each type, by the type's number.
using Types = std::map<std::uint32_t, std::pair<std::uint64_t, tables::windows::HandleRow>>;

ProcessCount row_of(const platform::win::ProcessRow& process, const Types* types,
                    const tables::windows::HandleList& list) {
  ProcessCount row;
  row.pid = process.pid;
  row.name = process.name;
  row.user = platform::win::user_of_process(process.pid);
  row.open = 0;
  row.soft_limit = row.hard_limit = tables::windows::kMostHandles;
  if (types == nullptr) return row;
  for (const auto& [number, counted] : *types) {
    *row.open += counted.first;
    if (counted.first <= row.commonest) continue;
    row.commonest = counted.first;
    row.commonest_type = list.type_of(counted.second);
  }
  return row;
}

bool has_more(const ProcessCount& a, const ProcessCount& b) {
  return std::pair(*b.open, a.pid) < std::pair(*a.open, b.pid);
}

}  // namespace

// The system has one table for all: nothing is won by asking for less.
report::ProcessCounts count_handles(std::size_t /*commonest*/) {
  report::ProcessCounts all;
  const auto list = tables::windows::HandleList::read();
  const auto processes = platform::win::list_processes();
  if (!list.ok() || !processes.ok()) {
    all.warnings.push_back(list.ok() ? processes.error().message() : list.error().message());
    return all;
  }
  std::map<std::int64_t, Types> counts;
  for (const tables::windows::HandleRow& row : list.value().rows())
    ++counts[row.pid].try_emplace(row.type, 0, row).first->second.first;
  for (const platform::win::ProcessRow& process : processes.value()) {
    if (process.pid == 0 || process.pid == static_cast<std::int64_t>(::GetCurrentProcessId())) continue;
    const auto types = counts.find(process.pid);
    all.processes.push_back(row_of(process, types == counts.end() ? nullptr : &types->second, list.value()));
  }
  std::ranges::sort(all.processes, has_more);
  return all;
}

}  // namespace ajar::session
