#include "tables/sock_diag.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/byte_reader.h"
#include "base/owned_fd.h"

// Messages are those of netlink(7) and sock_diag(7).
namespace ajar::tables {
namespace {

constexpr std::size_t kAlignment = 4;        // NLMSG_ALIGNTO
constexpr std::size_t kAnswers = 64 * 1024;  // more than the kernel puts into one datagram

bool send_request(int socket, std::span<const std::byte> request) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + request.size());
  header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  std::vector<std::byte> message(header.nlmsg_len);
  std::memcpy(message.data(), &header, sizeof header);
  std::memcpy(message.data() + sizeof header, request.data(), request.size());
  return ::send(socket, message.data(), message.size(), 0) == static_cast<ssize_t>(message.size());
}

// False once no more datagrams will come.
bool read_datagram(std::span<const std::byte> datagram,
                   const std::function<void(std::span<const std::byte>)>& answer) {
  base::ByteReader in(datagram);
  while (in.remaining() >= sizeof(nlmsghdr)) {
    nlmsghdr header{};
    std::memcpy(&header, in.bytes(sizeof header).data(), sizeof header);
    if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) return false;
    if (header.nlmsg_len < sizeof header) return false;
    const auto payload = in.bytes(header.nlmsg_len - sizeof header);
    if (!in.ok()) return false;
    answer(payload);
    const std::size_t filling = (kAlignment - header.nlmsg_len % kAlignment) % kAlignment;
    in.skip(std::min(filling, in.remaining()));
  }
  return true;
}

}  // namespace

void dump_sockets(std::span<const std::byte> request,
                  const std::function<void(std::span<const std::byte>)>& answer) {
  const base::OwnedFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!socket.valid() || !send_request(socket.get(), request)) return;
  std::vector<std::byte> buffer(kAnswers);
  for (;;) {
    const ssize_t got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    if (!read_datagram({buffer.data(), static_cast<std::size_t>(got)}, answer)) return;
  }
}

}  // namespace ajar::tables
