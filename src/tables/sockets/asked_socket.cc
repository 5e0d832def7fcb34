#include "tables/sockets/asked_socket.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "tables/sockets/address.h"
#include "tables/sockets/inet_diag.h"

namespace ajar::tables {
namespace {

using Address = std::span<const std::byte>;

std::optional<int> option(int socket, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? std::optional(value) : std::nullopt;
}

void set_end(std::uint32_t family, Address address, InetEnd& end, std::string& name) {
  if (family == AF_INET && address.size() >= sizeof(sockaddr_in)) {
    sockaddr_in inet{};
    std::memcpy(&inet, address.data(), sizeof inet);
    end.port = ntohs(inet.sin_port);
    std::memcpy(end.address.data(), &inet.sin_addr, sizeof inet.sin_addr);
  } else if (family == AF_INET6 && address.size() >= sizeof(sockaddr_in6)) {
    sockaddr_in6 inet{};
    std::memcpy(&inet, address.data(), sizeof inet);
    end.port = ntohs(inet.sin6_port);
    std::memcpy(end.address.data(), &inet.sin6_addr, sizeof inet.sin6_addr);
  } else {
    name = decode_address(address);
  }
}

// False where the socket has no such end.
template <typename Get>
bool ask_end(int socket, Get get, std::uint32_t family, InetEnd& end, std::string& name) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (get(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  set_end(family, std::as_bytes(std::span(&address, 1)).first(std::min<std::size_t>(size, sizeof address)),
          end, name);
  return true;
}

Socket::State tcp_state(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return Socket::State::none;
  return static_cast<Socket::State>(info.tcpi_state);
}

}  // namespace

std::optional<Socket> ask_socket(const base::OwnedFd& socket) {
  const int fd = socket.get();
  const auto family = option(fd, SO_DOMAIN);
  if (!family.has_value()) return std::nullopt;
  Socket found;
  found.family = static_cast<std::uint32_t>(*family);
  found.type = static_cast<std::uint32_t>(option(fd, SO_TYPE).value_or(0));
  found.protocol = static_cast<std::uint32_t>(option(fd, SO_PROTOCOL).value_or(0));
  static_cast<void>(ask_end(fd, ::getsockname, found.family, found.local, found.local_name));
  const bool has_peer = ask_end(fd, ::getpeername, found.family, found.peer, found.peer_name);
  const bool is_inet = *family == AF_INET || *family == AF_INET6;
  if (is_inet && found.type == SOCK_RAW) found.kind = raw_kind(found.protocol);
  if (is_inet && found.protocol == IPPROTO_TCP) {
    found.state = tcp_state(fd);
  } else if (option(fd, SO_ACCEPTCONN).value_or(0) != 0) {
    found.state = Socket::State::listen;
  } else if (has_peer) {
    found.state = Socket::State::established;
  } else if (is_inet || *family == AF_UNIX) {
    found.state = Socket::State::close;
  }
  return found;
}

}  // namespace ajar::tables
