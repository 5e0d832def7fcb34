#include "capture/preload/host_pid.h"

#include "platform/read_file.h"

namespace ajar::capture::preload {
namespace {

std::optional<HostProcess> look_at(const platform::ProcFs& proc, std::int64_t pid, std::int64_t own_pid,
                                   const std::string& folder) {
  const auto process = proc.process(pid);
  if (!process || process->namespace_pids.empty() || process->namespace_pids.back() != own_pid)
    return std::nullopt;
  if (!maps_session(proc, pid, folder)) return std::nullopt;
  return HostProcess{pid, process->start_ticks};
}

}  // namespace

bool maps_session(const platform::ProcFs& proc, std::int64_t pid, const std::string& session_folder) {
  const auto maps = platform::read_file(proc.path(pid, "maps"));
  return maps && maps->find(session_folder + "/") != std::string::npos;
}

std::optional<HostProcess> find_host_process(const platform::ProcFs& proc, std::int64_t own_pid,
                                             const std::string& session_folder) {
  if (auto same = look_at(proc, own_pid, own_pid, session_folder)) return same;
  for (const std::int64_t pid : proc.pids()) {
    if (pid == own_pid) continue;
    if (auto found = look_at(proc, pid, own_pid, session_folder)) return found;
  }
  return std::nullopt;
}

}  // namespace ajar::capture::preload
