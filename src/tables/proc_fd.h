#pragma once

#include <cstdint>
#include <vector>

#include "model/snapshot.h"
#include "platform/procfs.h"
#include "tables/sockets/socket_tables.h"

namespace ajar::tables {

// How much is asked of each handle. More takes longer: some 2 us a handle for its link, 5 us for its fdinfo.
enum class Detail : std::uint8_t {
  links,   // one readlink: its type and name as far as that tells; every socket is a "socket"
  signs,   // and what proves that it is forgotten: sockets' states by sock_diag, the fdinfo of epolls, timers
           // and the like, whether a file that seems to be deleted is
  states,  // and what sockets are connected to
  all,     // and whatever else the kernel knows of it: fdinfo and stat of each
};

// How much sock_diag is to be asked for that.
SocketDepth socket_depth(Detail detail);

struct ReadOptions {
  Detail detail = Detail::states;
  SocketTables* sockets = nullptr;  // where sockets are to be found; none: every socket is a "socket"
  unsigned threads = 1;             // at most, for a large table
};

// A process's handle table, read while the process runs on.
struct FdTable {
  std::vector<model::Handle> handles;  // by ascending value
  bool complete = true;                // false where the process ended, or forbade it, meanwhile
};

// Reads /proc/PID/fd. A process that has ended has no table any more: that is ProcProblem::gone, and not an
// empty table.
platform::ProcResult<FdTable> read_fd_table(const platform::ProcFs& proc, std::int64_t pid,
                                            const ReadOptions& options = {});

}  // namespace ajar::tables
