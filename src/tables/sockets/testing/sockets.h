#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <utility>

#include "base/owned_fd.h"

// For tests: sockets of this process, as expressions.
namespace ajar::tables {

inline std::uint64_t inode_of(const base::OwnedFd& fd) {
  struct stat found{};
  return ::fstat(fd.get(), &found) == 0 ? found.st_ino : 0;
}

inline std::pair<base::OwnedFd, base::OwnedFd> unix_pair(int type) {
  std::array<int, 2> ends{-1, -1};
  static_cast<void>(::socketpair(AF_UNIX, type, 0, ends.data()));
  return {base::OwnedFd(ends[0]), base::OwnedFd(ends[1])};
}

// Listens on a port of the loopback; not valid where that is not possible.
inline base::OwnedFd listening_inet(int backlog, int protocol = 0) {
  base::OwnedFd server(::socket(AF_INET, SOCK_STREAM, protocol));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     ::listen(server.get(), backlog) == 0;
  return bound ? std::move(server) : base::OwnedFd();
}

// Listens on a port of every address, of IPv4, too.
inline base::OwnedFd listening_inet6() {
  base::OwnedFd server(::socket(AF_INET6, SOCK_STREAM, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  const bool bound = ::bind(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     ::listen(server.get(), 1) == 0;
  return bound ? std::move(server) : base::OwnedFd();
}

inline std::uint16_t port_of(const base::OwnedFd& socket) {
  sockaddr_in6 address{};  // the port is at the same place in both
  socklen_t size = sizeof address;
  static_cast<void>(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size));
  return ntohs(address.sin6_port);
}

// Connected to that server by the loopback of IPv4.
inline base::OwnedFd connected_to(const base::OwnedFd& server, int protocol = 0) {
  base::OwnedFd client(::socket(AF_INET, SOCK_STREAM, protocol));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port_of(server));
  const bool done = ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return done ? std::move(client) : base::OwnedFd();
}

inline base::OwnedFd accepted_by(const base::OwnedFd& server) {
  return base::OwnedFd(::accept(server.get(), nullptr, nullptr));
}

}  // namespace ajar::tables
