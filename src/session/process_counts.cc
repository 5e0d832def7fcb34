#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>

#include "platform/procfs.h"
#include "platform/user_names.h"
#include "session/live_tables.h"
#include "session/process_name.h"
#include "tables/handle_counts.h"
#include "tables/limits.h"
#include "tables/proc_fd.h"

namespace ajar::session {
namespace {

using report::ProcessCount;

// Nothing for a process that has ended, and for the kernel's own threads, which have no table.
std::optional<ProcessCount> row_of(const platform::ProcFs& proc, const platform::UserNames& users,
                                   const tables::HandleCount& count) {
  const auto info = proc.process(count.pid);
  if (!info) return std::nullopt;
  std::optional<std::uint64_t> open = count.open;
  if (open == 0U) {
    // Where only its first thread has ended, the others still have the table.
    open = tables::count_through_threads(proc, count.pid);
    const bool has_words = !proc.command_line(count.pid).value_or(std::vector<std::string>()).empty();
    if (open == 0U && (info->ended() || !has_words)) return std::nullopt;
  }
  const tables::HandleLimits limits = tables::limits_of(proc, count.pid);
  ProcessCount row;
  row.pid = count.pid;
  row.name = process_name(proc, *info);
  row.user = users.of(info->user);
  row.open = open;
  row.soft_limit = limits.soft;
  row.hard_limit = limits.hard;
  return row;
}

void look_at_types(const platform::ProcFs& proc, tables::SocketTables& sockets, ProcessCount& row) {
  const auto table =
      tables::read_fd_table(proc, row.pid, {.detail = tables::Detail::signs, .sockets = &sockets});
  if (!table) return;
  std::map<std::string_view, std::uint64_t> counts;
  for (const model::Handle& handle : table->handles) ++counts[handle.type];
  for (const auto& [type, count] : counts) {
    if (count <= row.commonest) continue;
    row.commonest_type = type;
    row.commonest = count;
  }
}

bool has_more(const ProcessCount& a, const ProcessCount& b) {
  const std::uint64_t of_a = a.open.value_or(0);
  const std::uint64_t of_b = b.open.value_or(0);
  return std::pair(of_b, a.pid) < std::pair(of_a, b.pid);
}

}  // namespace

report::ProcessCounts count_handles(std::size_t commonest) {
  const platform::ProcFs proc;
  const platform::UserNames users;
  tables::HandleCounts counts(proc);
  counts.discover();
  report::ProcessCounts all;
  for (const tables::HandleCount& count : counts.count()) {
    if (count.pid == ::getpid()) continue;
    if (auto row = row_of(proc, users, count)) all.processes.push_back(*std::move(row));
  }
  std::ranges::sort(all.processes, has_more);
  tables::SocketTables sockets(tables::SocketDepth::signs);
  const std::size_t looked_at =
      commonest == 0 ? all.processes.size() : std::min(commonest, all.processes.size());
  for (std::size_t i = 0; i < looked_at; ++i) look_at_types(proc, sockets, all.processes[i]);
  for (const ProcessCount& row : all.processes) all.unreadable += row.open.has_value() ? 0U : 1U;
  const tables::SystemLimits limits = tables::system_limits();
  if (limits.files_open.has_value() && limits.file_max.has_value()) {
    all.limits.push_back({.name = "open files (fs.file-max)",
                          .scope = "the system",
                          .used = *limits.files_open,
                          .most = *limits.file_max});
  }
  if (all.unreadable > 0) {
    all.warnings.push_back(
        std::to_string(all.unreadable) +
        " processes of other users can't be counted; run ajar as root, or with CAP_DAC_READ_SEARCH");
  }
  return all;
}

}  // namespace ajar::session
