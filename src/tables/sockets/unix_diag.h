#pragma once

#include <optional>
#include <unordered_set>
#include <vector>

#include "tables/sockets/sock_diag.h"
#include "tables/sockets/socket.h"

// Unix sockets, as <linux/unix_diag.h> tells of them.
namespace ajar::tables {

// All of them.
std::vector<std::byte> unix_request(SocketDepth depth);

struct UnixAnswer {
  Socket socket;
  // Of a listening one: the inodes of sockets that have connected and that it has not accepted yet.
  std::vector<std::uint32_t> waiting;
};

// One answer; none for what is no answer.
std::optional<UnixAnswer> read_unix(Bytes payload);

// What only all of them together tell: the names of peers, and of those that wait to be accepted (`waiting`,
// of all answers) that they have a peer yet.
void connect_unix(Sockets& sockets, const std::unordered_set<std::uint32_t>& waiting);

}  // namespace ajar::tables
