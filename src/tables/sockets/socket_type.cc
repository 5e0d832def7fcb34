#include "tables/sockets/socket_type.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ajar::tables {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

struct SocketRow {
  std::uint32_t family;
  std::uint32_t type;      // 0: any
  std::uint32_t protocol;  // as the kernel fills it in for 0; kAny: any
  std::string_view name;
};

constexpr std::uint32_t kAny = 0xffffffff;
constexpr std::uint32_t kStream = 1;
constexpr std::uint32_t kDatagram = 2;
constexpr std::uint32_t kRaw = 3;
constexpr std::uint32_t kPacketSequence = 5;
constexpr std::uint32_t kInet = 2;
constexpr std::uint32_t kInet6 = 10;

// AF_… of <linux/socket.h>, SOCK_… of <linux/net.h>, IPPROTO_… of <linux/in.h>. Inet is by IPv4; IPv6 is the
// same.
constexpr auto kSockets = std::to_array<SocketRow>({
    {kInet, kStream, 0, "tcp socket"},
    {kInet, kStream, 6, "tcp socket"},
    {kInet, kStream, 262, "mptcp socket"},
    {kInet, kDatagram, 0, "udp socket"},
    {kInet, kDatagram, 17, "udp socket"},
    {kInet, kDatagram, 136, "udp socket"},
    {kInet, kDatagram, 1, "icmp socket"},
    {kInet, kDatagram, 58, "icmp socket"},
    {kInet, kRaw, kAny, "raw socket"},
    {kInet, 0, 132, "sctp socket"},
    {kInet, kPacketSequence, 0, "sctp socket"},
    {1, kStream, kAny, "unix stream socket"},
    {1, kDatagram, kAny, "unix dgram socket"},
    {1, kPacketSequence, kAny, "unix seqpacket socket"},
    {1, 0, kAny, "unix socket"},
    {15, 0, kAny, "ipsec key socket"},
    {16, 0, kAny, "netlink socket"},
    {17, 0, kAny, "packet socket"},
    {29, 0, kAny, "can socket"},
    {30, 0, kAny, "tipc socket"},
    {31, 0, kAny, "bluetooth socket"},
    {38, 0, kAny, "crypto socket"},
    {40, 0, kAny, "vsock socket"},
    {44, 0, kAny, "xdp socket"},
});

// The name that the kernel's struct proto has, up to "v6" or "-STREAM".
constexpr auto kProtocols = std::to_array<Row>({
    {"TCP", "tcp socket"},
    {"UDP", "udp socket"},
    {"UDP-Lite", "udp socket"},
    {"UDPLITE", "udp socket"},
    {"UNIX", "unix socket"},
    {"UNIX-STREAM", "unix stream socket"},
    {"UNIX-DGRAM", "unix dgram socket"},
    {"NETLINK", "netlink socket"},
    {"PACKET", "packet socket"},
    {"RAW", "raw socket"},
    {"PING", "icmp socket"},
    {"SCTP", "sctp socket"},
    {"MPTCP", "mptcp socket"},
    {"AF_VSOCK", "vsock socket"},
    {"ALG", "crypto socket"},
    {"XDP", "xdp socket"},
    {"TIPC", "tipc socket"},
    {"KEY", "ipsec key socket"},
});

}  // namespace

std::string_view socket_type_name(std::uint32_t family, std::uint32_t type, std::uint32_t protocol) {
  constexpr std::uint32_t kTypeMask = 0xf;
  const std::uint32_t wanted_family = family == kInet6 ? kInet : family;
  const auto fits = [&](const SocketRow& row) {
    return row.family == wanted_family && (row.type == 0 || row.type == (type & kTypeMask)) &&
           (row.protocol == kAny || row.protocol == protocol);
  };
  const auto found = std::ranges::find_if(kSockets, fits);
  return found == kSockets.end() ? "socket" : found->name;
}

std::string socket_type_of_protocol(std::string_view protocol) {
  if (protocol.ends_with("v6")) protocol.remove_suffix(2);
  const auto* found = std::ranges::find(kProtocols, protocol, &Row::first);
  return std::string(found == kProtocols.end() ? "socket" : found->second);
}

}  // namespace ajar::tables
