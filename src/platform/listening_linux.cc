#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/owned_fd.h"
#include "platform/listening.h"

namespace ajar::platform {
namespace {

std::optional<sockaddr_in> place_of(const std::string& ipv4, std::uint16_t port) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  if (::inet_pton(AF_INET, ipv4.c_str(), &place.sin_addr) != 1) return std::nullopt;
  return place;
}

const sockaddr* generic(const sockaddr_in& place) {
  return reinterpret_cast<const sockaddr*>(&place);
}

}  // namespace

bool is_ipv4(const std::string& text) {
  return place_of(text, 0).has_value();
}

std::optional<int> why_not_listen(const std::string& ipv4, std::uint16_t port) {
  const auto place = place_of(ipv4, port);
  if (!place) return EINVAL;
  const base::OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return errno;
  // Connections that have ended lately don't hold the port, as a server sees it.
  const int on = 1;
  static_cast<void>(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
  if (::bind(socket.get(), generic(*place), sizeof(*place)) != 0) return errno;
  if (::listen(socket.get(), 1) != 0) return errno;
  return std::nullopt;
}

void knock(const std::string& ipv4, std::uint16_t port) {
  const base::OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto place = place_of(ipv4, port);
  if (!place || !socket.valid()) return;
  [[maybe_unused]] const int begun = ::connect(socket.get(), generic(*place), sizeof(*place));
}

}  // namespace ajar::platform
