#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/procfs.h"
#include "tables/holders.h"
#include "tables/limits.h"

namespace ajar::tables {

// A limit that handles count against, and how far it is used up.
struct LimitUse {
  std::string name;   // "RLIMIT_NOFILE"
  std::string scope;  // whose it is: "this process", "the system", "user www"
  std::uint64_t used = 0, most = 0;

  [[nodiscard]] double share() const {
    return most == 0 ? 1 : static_cast<double>(used) / static_cast<double>(most);
  }
  bool operator==(const LimitUse&) const = default;
};

// What counts against limits in a process's table.
struct Used {
  std::uint64_t handles = 0;
  HandleLimits limits;
  std::string user;  // whose process it is
  // Of all of the user's processes that can be seen; none where this process has none.
  std::uint64_t inotify_instances = 0, inotify_watches = 0, epoll_watches = 0;
};

// The limits of which something is used, the nearest first.
std::vector<LimitUse> rank_limits(const Used& used, const SystemLimits& system);

// How many of them the user's processes have, as far as they can be seen. (The kernel counts them for whoever
// made them, until they are closed.)
void count_watches(const platform::ProcFs& proc, const Holders& holders, std::uint32_t user, Used& used);

}  // namespace ajar::tables
