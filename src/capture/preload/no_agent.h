#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/procfs.h"

// Why there is no agent in a process: found out from what it is, as /proc shows it or as was told of it.
namespace ajar::capture::preload {

// Whose a session is: only this user can make a segment in its folder.
struct Session {
  std::string folder;
  std::uint32_t user = 0;
  std::uint32_t filters = 0;  // of system calls, on ajar itself
};

// This process's own.
Session session_in(const std::string& folder);

// What the agent of its parent, or its own before exec, said of a process.
struct Told {
  bool executes = false;       // it becomes the program at `path`
  std::string path;            // empty: not known
  unsigned environment = 0;    // that the program gets: AJAR_ENVIRONMENT_…
  std::uint32_t user = 0;      // effective
  bool sandboxed = false;      // system calls are filtered
  std::optional<int> refused;  // the error for which it could make no segment
};

// What /proc shows of it.
struct Seen {
  std::uint64_t start_ticks = 0;
  bool has_segment = false;  // its own, or that of its parent, as it has after fork and until exec
  std::string path;          // of what it executes; empty: not to be seen
  std::string link;          // that file itself, whatever its path leads to by now
  std::optional<unsigned> environment;
  bool without_environment =
      false;  // it has none, or none yet: while a process becomes a program it shows none
  std::uint32_t user = 0;
  std::uint32_t filters = 0;
};

// Nothing for a process that has ended, or is another one by now (`start_ticks` 0: it was not seen before).
std::optional<Seen> see(const platform::ProcFs& proc, std::int64_t pid, std::uint64_t start_ticks,
                        const Session& session);

// What keeps the agent out of the process; empty where nothing is known to.
std::string obstacle(const Told& told, const std::optional<Seen>& seen, const Session& session);

}  // namespace ajar::capture::preload
