#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/procfs.h"

namespace ajar::tables {

// How many handles a process may have: RLIMIT_NOFILE. model::Snapshot::kNoLimit: any number. None: not known.
struct HandleLimits {
  std::optional<std::uint64_t> soft, hard;

  bool operator==(const HandleLimits&) const = default;
};

HandleLimits limits_of(const platform::ProcFs& proc, std::int64_t pid);

// From the text of /proc/PID/limits.
HandleLimits parse_limits(std::string_view text);

// What the whole system, and each user, may have. None: this kernel does not say.
struct SystemLimits {
  std::optional<std::uint64_t> nr_open;     // the most that RLIMIT_NOFILE can be raised to
  std::optional<std::uint64_t> files_open;  // open files (not handles) of the system
  std::optional<std::uint64_t> file_max;    // the most of them
  std::optional<std::uint64_t> inotify_instances, inotify_watches, epoll_watches;  // the most a user may have
};

SystemLimits system_limits(const std::string& proc_root = "/proc");

}  // namespace ajar::tables
