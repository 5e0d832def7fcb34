#include "capture/preload/host_pid.h"

#include <unistd.h>

#include <ctime>

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

// Since the system's start, which start_ticks count from; a tick is 10 ms as a rule.
std::uint64_t ticks_of(std::uint64_t monotonic_ns) {
  constexpr std::uint64_t second = 1'000'000'000;
  const auto now = [](clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * second + static_cast<std::uint64_t>(time.tv_nsec);
  };
  const std::uint64_t asleep = now(CLOCK_BOOTTIME) - now(CLOCK_MONOTONIC);
  return (monotonic_ns + asleep) / (second / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)));
}

std::optional<HostProcess> look_after_exec(const platform::ProcFs& proc, const SelfDescription& self) {
  if (self.parent_pid == 0) return std::nullopt;  // the first of a pid namespace: no number of ours
  const auto process = proc.process(self.pid);
  if (!process || process->ended() || process->parent_pid != self.parent_pid) return std::nullopt;
  if (process->start_ticks > ticks_of(self.created)) return std::nullopt;  // its number was given again
  return HostProcess{self.pid, process->start_ticks};
}

}  // namespace

bool maps_session(const platform::ProcFs& proc, std::int64_t pid, const std::string& session_folder) {
  const auto maps = platform::read_file(proc.path(pid, "maps"));
  return maps && maps->find(session_folder + "/") != std::string::npos;
}

std::optional<HostProcess> find_host_process(const platform::ProcFs& proc, const SelfDescription& self,
                                             const std::string& session_folder) {
  if (auto same = look_at(proc, self.pid, self.pid, session_folder)) return same;
  if (auto older = look_after_exec(proc, self)) return older;
  for (const std::int64_t pid : proc.pids_of_inner_namespaces()) {
    if (pid == self.pid) continue;
    if (auto found = look_at(proc, pid, self.pid, session_folder)) return found;
  }
  return std::nullopt;
}

}  // namespace ajar::capture::preload
