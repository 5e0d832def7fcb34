#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "tables/sockets/socket_names.h"

namespace ajar::tables {

// A process's table as it was read: with the types and inodes of its sockets.
struct OpenTable {
  std::int64_t pid = 0;
  std::span<const model::Handle> handles;
  const SocketNames* sockets = nullptr;  // of its network namespace; none: their other ends are not known
};

// How many handles of a type, in one of the tables, lead to another one of them.
struct SharedHandles {
  std::size_t of = 0, with = 0;  // places in the row of tables
  std::string type;
  std::uint64_t count = 0;

  bool operator==(const SharedHandles&) const = default;
};

// What each table shares with each of the others: the same open file (proven by kcmp(2), same_file.h) or
// socket, the same pipe, or a connection of which the other has the other end. By place and type; those that
// share nothing are left out. What can't be proven is not counted: at most some ten thousand questions are
// asked about open files, so that it takes some ten milliseconds.
std::vector<SharedHandles> shared_handles(std::span<const OpenTable> tables);

}  // namespace ajar::tables
