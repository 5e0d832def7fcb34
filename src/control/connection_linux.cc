#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "base/owned_fd.h"
#include "control/connection.h"

namespace ajar::control {

struct Connection::State {
  base::OwnedFd fd;
};

struct Listener::State {
  base::OwnedFd fd;
};

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

// The user that the process at the other end had when it connected, or began to listen.
std::optional<std::uint32_t> peer_of(const base::OwnedFd& fd) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer.uid;
}

bool wait_for(const base::OwnedFd& fd, short what, Connection::Clock::time_point until) {
  using std::chrono::milliseconds;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(until - Connection::Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{.fd = fd.get(), .events = what, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

std::unexpected<NotConnected> not_connected(const std::string& path, int error) {
  const NotConnected::Why why = error == ECONNREFUSED || error == ENOENT ? NotConnected::Why::nobody_listens
                                : error == EAGAIN                        ? NotConnected::Why::many_wait
                                                                         : NotConnected::Why::failed;
  return std::unexpected(NotConnected{why, base::system_error(path, error)});
}

}  // namespace

Connection::Connection() = default;
Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

bool Connection::may_ask() const {
  const auto user = peer_of(state_->fd);
  return user == ::geteuid() || user == 0U;
}

bool Connection::leads_to(const User& user) const {
  const auto peer = peer_of(state_->fd);
  return peer && std::to_string(*peer) == user;
}

Transfer Connection::receive(std::string& into, std::size_t most) {
  std::array<char, 4096> room{};
  while (into.size() < most) {
    const ssize_t got =
        ::recv(state_->fd.get(), room.data(), std::min(room.size(), most - into.size()), MSG_DONTWAIT);
    if (got > 0) {
      into.append(room.data(), static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    return got < 0 && errno == EAGAIN ? Transfer::none_now : Transfer::ended;
  }
  return Transfer::some;
}

Transfer Connection::send(std::string& from) {
  while (!from.empty()) {
    const ssize_t sent = ::send(state_->fd.get(), from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
      from.erase(0, static_cast<std::size_t>(sent));
      continue;
    }
    if (sent < 0 && errno == EINTR) continue;
    return sent < 0 && errno == EAGAIN ? Transfer::none_now : Transfer::ended;
  }
  return Transfer::some;
}

bool Connection::wait_to_receive(Clock::time_point until) {
  return wait_for(state_->fd, POLLIN, until);
}

bool Connection::wait_to_send(Clock::time_point until) {
  return wait_for(state_->fd, POLLOUT, until);
}

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}
Listener::Listener(Listener&&) noexcept = default;
Listener::~Listener() = default;

base::Result<Listener> Listener::at(const std::string& path) {
  const std::string hidden = path + ".new";
  const auto address = address_of(hidden);
  if (!address) return base::system_error(path, ENAMETOOLONG);
  base::OwnedFd fd = new_socket();
  if (!fd.valid()) return base::system_error(path, errno);
  ::unlink(hidden.c_str());
  const bool listens = ::bind(fd.get(), generic(*address), sizeof(*address)) == 0 &&
                       ::chmod(hidden.c_str(), 0600) == 0 && ::listen(fd.get(), kWaiting) == 0 &&
                       std::rename(hidden.c_str(), path.c_str()) == 0;
  if (listens) return Listener(std::make_unique<State>(std::move(fd)));
  const int error = errno;
  ::unlink(hidden.c_str());
  return base::system_error(path, error);
}

Connection Listener::accept() {
  base::OwnedFd fd(::accept4(state_->fd.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  return fd.valid() ? Connection(std::make_unique<Connection::State>(std::move(fd))) : Connection();
}

std::expected<Connection, NotConnected> connect_to(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return not_connected(path, ENAMETOOLONG);
  base::OwnedFd fd = new_socket();
  if (!fd.valid()) return not_connected(path, errno);
  if (::connect(fd.get(), generic(*address), sizeof(*address)) != 0) return not_connected(path, errno);
  return Connection(std::make_unique<Connection::State>(std::move(fd)));
}

}  // namespace ajar::control
