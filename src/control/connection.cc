#include "control/connection.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace ajar::control {
namespace {

constexpr int kWaiting = 16;  // callers that may wait to be let in

std::optional<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

base::OwnedFd new_socket() {
  return base::OwnedFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

}  // namespace

base::Result<base::OwnedFd> listen_at(const std::string& path) {
  const std::string hidden = path + ".new";
  const auto address = address_of(hidden);
  if (!address) return base::system_error(path, ENAMETOOLONG);
  base::OwnedFd fd = new_socket();
  if (!fd.valid()) return base::system_error(path, errno);
  ::unlink(hidden.c_str());
  const bool listens = ::bind(fd.get(), generic(*address), sizeof(*address)) == 0 &&
                       ::chmod(hidden.c_str(), 0600) == 0 && ::listen(fd.get(), kWaiting) == 0 &&
                       std::rename(hidden.c_str(), path.c_str()) == 0;
  if (listens) return fd;
  const int error = errno;
  ::unlink(hidden.c_str());
  return base::system_error(path, error);
}

Connected connect_to(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return {.fd = {}, .error = ENAMETOOLONG};
  base::OwnedFd fd = new_socket();
  if (!fd.valid()) return {.fd = {}, .error = errno};
  if (::connect(fd.get(), generic(*address), sizeof(*address)) != 0) return {.fd = {}, .error = errno};
  return {.fd = std::move(fd), .error = 0};
}

std::optional<std::uint32_t> peer_of(const base::OwnedFd& fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

Transfer receive(const base::OwnedFd& fd, std::string& into, std::size_t most) {
  std::array<char, 4096> room{};
  while (into.size() < most) {
    const ssize_t got =
        ::recv(fd.get(), room.data(), std::min(room.size(), most - into.size()), MSG_DONTWAIT);
    if (got > 0) {
      into.append(room.data(), static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    return got < 0 && errno == EAGAIN ? Transfer::none_now : Transfer::ended;
  }
  return Transfer::some;
}

Transfer send(const base::OwnedFd& fd, std::string& from) {
  while (!from.empty()) {
    const ssize_t sent = ::send(fd.get(), from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      from.erase(0, static_cast<std::size_t>(sent));
      continue;
    }
    if (sent < 0 && errno == EINTR) continue;
    return sent < 0 && errno == EAGAIN ? Transfer::none_now : Transfer::ended;
  }
  return Transfer::some;
}

}  // namespace ajar::control
