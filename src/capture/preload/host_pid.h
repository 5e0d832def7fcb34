#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/procfs.h"

namespace ajar::capture::preload {

struct HostProcess {
  std::int64_t pid = 0;
  std::uint64_t start_ticks = 0;
};

// Whether the process has a segment of the session mapped: its own, or its parent's as long as it has done nothing
// since fork.
bool maps_session(const platform::ProcFs& proc, std::int64_t pid, const std::string& session_folder);

// The process, as ajar sees it, that calls itself `own_pid` and has a file of the session's folder mapped:
// the same number, unless it lives in a pid namespace of its own. Nothing for a process that is gone already.
std::optional<HostProcess> find_host_process(const platform::ProcFs& proc, std::int64_t own_pid,
                                             const std::string& session_folder);

}  // namespace ajar::capture::preload
