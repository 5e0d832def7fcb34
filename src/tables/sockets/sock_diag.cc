#include "tables/sockets/sock_diag.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace ajar::tables {
namespace {

// Both netlink messages and their attributes begin at multiples of four (NLMSG_ALIGNTO, RTA_ALIGNTO).
void skip_filling(base::ByteReader& in, std::size_t length) {
  constexpr std::size_t kAlignment = 4;
  in.skip(std::min((kAlignment - length % kAlignment) % kAlignment, in.remaining()));
}

bool send_request(int socket, Bytes request) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + request.size());
  header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  std::array<std::byte, 256> message{};
  if (header.nlmsg_len > message.size()) return false;
  std::memcpy(message.data(), &header, sizeof header);
  std::memcpy(message.data() + sizeof header, request.data(), request.size());
  return ::send(socket, message.data(), header.nlmsg_len, 0) == static_cast<ssize_t>(header.nlmsg_len);
}

}  // namespace

DumpEnd read_answers(Bytes datagram, const SockDiag::Answer& answer) {
  base::ByteReader in(datagram);
  while (in.remaining() >= sizeof(nlmsghdr)) {
    const auto header = take<nlmsghdr>(in);
    if (header.nlmsg_type == NLMSG_DONE) return DumpEnd::whole;
    if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_len < sizeof header) return DumpEnd::cut_off;
    const Bytes payload = in.bytes(header.nlmsg_len - sizeof header);
    if (!in.ok()) return DumpEnd::cut_off;
    answer(payload);
    skip_filling(in, header.nlmsg_len);
  }
  return DumpEnd::not_yet;
}

void for_each_attribute(base::ByteReader& in,
                        const std::function<void(std::uint16_t type, Bytes value)>& visit) {
  constexpr std::uint16_t kTypeMask = 0x3fff;  // NLA_TYPE_MASK
  while (in.remaining() >= sizeof(rtattr)) {
    const auto attribute = take<rtattr>(in);
    if (attribute.rta_len < sizeof attribute) return;
    const Bytes value = in.bytes(attribute.rta_len - sizeof attribute);
    if (!in.ok()) return;
    visit(attribute.rta_type & kTypeMask, value);
    skip_filling(in, attribute.rta_len);
  }
}

int SockDiag::make_socket() {
  return ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
}

bool SockDiag::dump(Bytes request, const Answer& answer) const {
  // The kernel fills datagrams of up to 32 KiB for a reader that has room for them (netlink_dump).
  constexpr std::size_t kRoom = 64 * 1024;
  if (!valid() || !send_request(socket_.get(), request)) return false;
  std::vector<std::byte> buffer(kRoom);
  for (;;) {
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    const DumpEnd end = read_answers({buffer.data(), static_cast<std::size_t>(got)}, answer);
    if (end != DumpEnd::not_yet) return end == DumpEnd::whole;
  }
}

std::string SockDiag::interface_name(std::uint32_t index) const {
  ifreq request{};
  request.ifr_ifindex = static_cast<int>(index);
  if (index == 0 || !valid() || ::ioctl(socket_.get(), SIOCGIFNAME, &request) != 0) return {};
  return {request.ifr_name, ::strnlen(request.ifr_name, sizeof request.ifr_name)};
}

}  // namespace ajar::tables
