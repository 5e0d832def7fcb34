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

// Whether the process has a segment of the session mapped: its own, or its parent's as long as it has done
// nothing since fork.
bool maps_session(const platform::ProcFs& proc, std::int64_t pid, const std::string& session_folder);

// What a process says of itself in its segment.
struct SelfDescription {
  std::int64_t pid = 0;
  std::int64_t parent_pid = 0;
  std::uint64_t created = 0;      // the segment; CLOCK_MONOTONIC, ns
  bool in_our_namespace = false;  // of pids: its number is ours
};

// The process as ajar sees it: it has a file of the session's folder mapped, and calls itself so, which is
// the same number unless it lives in a pid namespace of its own. One that has executed another program since
// has nothing mapped any more; it is known by its number, its parent, and by being older than its segment.
// Nothing for a process that is gone already.
std::optional<HostProcess> find_host_process(const platform::ProcFs& proc, const SelfDescription& self,
                                             const std::string& session_folder);

}  // namespace ajar::capture::preload
