#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "tables/sockets/inet_diag.h"
#include "tables/sockets/sock_diag.h"
#include "tables/sockets/socket.h"

namespace ajar::tables {

// The sockets of one network namespace, by inode. The kernel is asked for all of a protocol at once, the
// first time that one of them is looked for: so a handle table costs a dump for each protocol that it has,
// and none where it has no sockets. Sockets made after that are not found. Any number of threads may look.
class SocketNames {
 public:
  // Of the namespace for which `diag` answers.
  explicit SocketNames(SockDiag diag, SocketDepth depth = SocketDepth::states);

  // False where the kernel can't be asked at all.
  [[nodiscard]] bool can_ask() const { return diag_.valid(); }

  // The socket, where it is among those that were asked for already. What is found stays where it is.
  [[nodiscard]] const Socket* known(std::uint64_t inode) const;

  // As known(), but asks for the sockets of that protocol before, if it has not yet: `protocol` is what the
  // attribute system.sockprotoname of a socket says ("TCPv6", "UNIX-STREAM"); empty: the usual ones are asked
  // for. nullptr where the kernel does not tell: it lacks that module, a sandbox forbids it, a TCP socket is
  // neither bound nor connected (or no longer).
  [[nodiscard]] const Socket* find(std::uint64_t inode, std::string_view protocol) const;

  // Asks for those that most tables have, if it has not yet: where there are so many handles that this is
  // worth doing while they are read.
  void ask_usual() const;

  // The inode of the other end of a connection within this machine: of a unix socket, of a TCP connection
  // within this namespace. 0 where there is none, or it is not known.
  [[nodiscard]] std::uint64_t peer_of(const Socket& socket) const;

 private:
  static constexpr std::size_t kPiece = 128UZ * 1024;

  struct Dump {
    // In large pieces: what a thread allocates in small ones costs it a system call for each page.
    std::pmr::monotonic_buffer_resource memory{kPiece};
    Sockets sockets{&memory};
    std::vector<std::pair<std::uint64_t, std::size_t>> by_inode;  // ascending; places in `sockets`
  };
  // IPv4 where both ends are, whatever the family of the sockets.
  struct Connection {
    InetEnd local, peer;
    std::uint64_t inode = 0;

    auto operator<=>(const Connection&) const = default;
  };

  void ask(std::size_t source) const;
  void dump(std::size_t source, Sockets& sockets) const;
  [[nodiscard]] const Socket* find_asked(std::uint64_t inode) const;
  [[nodiscard]] const std::vector<Connection>& connections() const;

  SockDiag diag_;
  SocketDepth depth_;
  mutable std::mutex mutex_;
  mutable std::vector<std::optional<Dump>> dumps_;  // by source
  mutable std::optional<std::vector<Connection>> connections_;
};

}  // namespace ajar::tables
