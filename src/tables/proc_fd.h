#pragma once

#include <cstdint>
#include <vector>

#include "model/snapshot.h"
#include "platform/procfs.h"
#include "tables/socket_names.h"

namespace ajar::tables {

// A process's handle table, read while the process runs on.
struct FdTable {
  std::vector<model::Handle> handles;  // by ascending value
  bool complete = true;                // false where the process ended, or forbade it, meanwhile
};

// Reads /proc/PID/fd: one readlink a handle. Without `sockets` every socket is just a "socket"; with them it
// has its type, its endpoints as its name, and facts. A process that has ended has no table any more: that is
// ProcProblem::gone, and not an empty table.
platform::ProcResult<FdTable> read_fd_table(const platform::ProcFs& proc, std::int64_t pid,
                                            const SocketNames* sockets = nullptr);

}  // namespace ajar::tables
