#include "tables/socket_names.h"

#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "base/owned_fd.h"
#include "platform/read_file.h"
#include "tables/address.h"
#include "tables/handle_type.h"
#include "tables/sock_diag.h"

namespace ajar::tables {
namespace {

using Names = std::unordered_map<std::uint64_t, SocketName>;
using Bytes = std::span<const std::byte>;

constexpr std::uint32_t kAllStates = 0xffffffff;

template <typename T>
Bytes bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

// The struct that `in` goes on with, or zeros where there is less.
template <typename T>
T take(base::ByteReader& in) {
  T value{};
  const Bytes raw = in.bytes(sizeof value);
  if (in.ok()) std::memcpy(&value, raw.data(), sizeof value);
  return value;
}

// Port and address are big-endian, the address 4 or 16 bytes of the array. Nothing for "none".
std::string endpoint(std::uint8_t family, const std::uint32_t (&address)[4], std::uint16_t port) {
  if (port == 0) return {};
  const std::size_t size = family == AF_INET6 ? 16 : 4;
  return format_inet(bytes_of(address).first(size), ntohs(port));
}

// <net/tcp_states.h>, by number.
constexpr std::array<std::string_view, 13> kStates = {
    "",      "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",   "TIME_WAIT",
    "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV"};

std::string_view state_name(std::uint8_t state, bool connects) {
  // Of what knows no connections only whether it has a peer is true.
  if (!connects) return state == TCP_ESTABLISHED ? "ESTABLISHED" : "UNCONNECTED";
  return state < kStates.size() ? kStates[state] : std::string_view();
}

// Calls `take(type, value)` for each of a message's attributes.
void each_attribute(base::ByteReader& in, auto&& take_one) {
  while (in.remaining() >= sizeof(rtattr)) {
    const auto attribute = take<rtattr>(in);
    if (attribute.rta_len < sizeof attribute) break;
    const Bytes value = in.bytes(attribute.rta_len - sizeof attribute);
    if (!in.ok()) break;
    take_one(attribute.rta_type, value);
    in.skip(std::min<std::size_t>((4 - value.size() % 4) % 4, in.remaining()));
  }
}

// The value's first bytes as T; zeros where there are fewer.
template <typename T>
T value_as(Bytes value) {
  T found{};
  std::memcpy(&found, value.data(), std::min(sizeof found, value.size()));
  return found;
}

void take_times(base::ByteReader& in, SocketName& socket) {
  each_attribute(in, [&](std::uint16_t type, Bytes value) {
    if (type != INET_DIAG_INFO || value.size() < offsetof(tcp_info, tcpi_pmtu)) return;
    const auto info = value_as<tcp_info>(value);
    socket.last_received_ms = info.tcpi_last_data_recv;
    socket.last_sent_ms = info.tcpi_last_data_sent;
  });
}

void load_inet(Names& names, std::uint8_t family, std::uint8_t protocol, SocketNames::Depth depth) {
  const bool connects = protocol == IPPROTO_TCP;
  inet_diag_req_v2 request{};
  request.sdiag_family = family;
  request.sdiag_protocol = protocol;
  request.idiag_states = kAllStates;
  if (connects && depth == SocketNames::Depth::packets) request.idiag_ext = 1U << (INET_DIAG_INFO - 1U);
  const std::uint32_t type = connects ? SOCK_STREAM : SOCK_DGRAM;
  const std::string_view type_name = socket_type_name(family, type, protocol);
  dump_sockets(bytes_of(request), [&](Bytes payload) {
    base::ByteReader in(payload);
    const auto found = take<inet_diag_msg>(in);
    if (!in.ok() || found.idiag_inode == 0) return;
    SocketName& socket = names[found.idiag_inode];
    socket = {.type = type_name,
              .local = endpoint(family, found.id.idiag_src, found.id.idiag_sport),
              .peer = endpoint(family, found.id.idiag_dst, found.id.idiag_dport),
              .family = family,
              .socket_type = type,
              .protocol = protocol,
              .state = state_name(found.idiag_state, connects),
              .receive_queue = found.idiag_rqueue,
              .send_queue = found.idiag_wqueue};
    // The peer's FIN counts as a byte.
    if (found.idiag_state == TCP_CLOSE_WAIT && socket.receive_queue > 0) --socket.receive_queue;
    if (request.idiag_ext != 0 && !socket.listening()) take_times(in, socket);
  });
}

struct UnixAttributes {
  std::string path;
  std::optional<std::uint32_t> peer;  // inode
  std::uint32_t receive_queue = 0, send_queue = 0;
  std::uint8_t shutdown = 0;
};

UnixAttributes read_attributes(base::ByteReader& in) {
  UnixAttributes found;
  each_attribute(in, [&](std::uint16_t type, Bytes value) {
    if (type == UNIX_DIAG_NAME) found.path = format_unix(value);
    if (type == UNIX_DIAG_PEER) found.peer = value_as<std::uint32_t>(value);
    if (type == UNIX_DIAG_SHUTDOWN) found.shutdown = value_as<std::uint8_t>(value);
    if (type == UNIX_DIAG_RQLEN) {
      const auto queues = value_as<unix_diag_rqlen>(value);
      found.receive_queue = queues.udiag_rqueue;
      found.send_queue = queues.udiag_wqueue;
    }
  });
  return found;
}

// A peer of number 0 is one that was there: of a stream it may also be a server that has not accepted yet, of
// which nothing is shut down.
bool has_lost_peer(std::uint8_t type, const UnixAttributes& attributes) {
  constexpr std::uint8_t kBothWays = 3;
  if (attributes.peer != 0U) return false;
  return type == SOCK_DGRAM || attributes.shutdown == kBothWays;
}

std::string_view unix_state(const unix_diag_msg& socket, const UnixAttributes& attributes) {
  if (socket.udiag_state == TCP_LISTEN) return "LISTEN";
  return attributes.peer.has_value() ? "ESTABLISHED" : "UNCONNECTED";
}

void load_unix(Names& names) {
  unix_diag_req request{};
  request.sdiag_family = AF_UNIX;
  request.udiag_states = kAllStates;
  request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> peers;
  dump_sockets(bytes_of(request), [&](Bytes payload) {
    base::ByteReader in(payload);
    const auto found = take<unix_diag_msg>(in);
    if (!in.ok()) return;
    UnixAttributes attributes = read_attributes(in);
    names[found.udiag_ino] = {.type = socket_type_name(AF_UNIX, found.udiag_type, 0),
                              .local = std::move(attributes.path),
                              .peer = {},
                              .family = AF_UNIX,
                              .socket_type = found.udiag_type,
                              .protocol = 0,
                              .state = unix_state(found, attributes),
                              .receive_queue = attributes.receive_queue,
                              .send_queue = attributes.send_queue,
                              .peer_inode = attributes.peer.value_or(0),
                              .peer_gone = has_lost_peer(found.udiag_type, attributes)};
    if (attributes.peer.value_or(0) != 0) peers.emplace_back(found.udiag_ino, *attributes.peer);
  });
  for (const auto& [inode, peer] : peers) {
    const auto at = names.find(peer);
    if (at != names.end()) names[inode].peer = at->second.local;
  }
}

// NETLINK_… of <linux/netlink.h>.
std::string netlink_protocol(std::uint8_t protocol) {
  constexpr std::array<std::string_view, 23> kProtocols = {
      "NETLINK_ROUTE",          "NETLINK_UNUSED",     "NETLINK_USERSOCK",
      "NETLINK_FIREWALL",       "NETLINK_SOCK_DIAG",  "NETLINK_NFLOG",
      "NETLINK_XFRM",           "NETLINK_SELINUX",    "NETLINK_ISCSI",
      "NETLINK_AUDIT",          "NETLINK_FIB_LOOKUP", "NETLINK_CONNECTOR",
      "NETLINK_NETFILTER",      "NETLINK_IP6_FW",     "NETLINK_DNRTMSG",
      "NETLINK_KOBJECT_UEVENT", "NETLINK_GENERIC",    "netlink 17",
      "NETLINK_SCSITRANSPORT",  "NETLINK_ECRYPTFS",   "NETLINK_RDMA",
      "NETLINK_CRYPTO",         "NETLINK_SMC"};
  return protocol < kProtocols.size() ? std::string(kProtocols[protocol])
                                      : "netlink " + std::to_string(protocol);
}

void load_netlink(Names& names) {
  netlink_diag_req request{};
  request.sdiag_family = AF_NETLINK;
  request.sdiag_protocol = NDIAG_PROTO_ALL;
  dump_sockets(bytes_of(request), [&](Bytes payload) {
    base::ByteReader in(payload);
    const auto found = take<netlink_diag_msg>(in);
    if (!in.ok()) return;
    names[found.ndiag_ino] = {.type = socket_type_name(AF_NETLINK, found.ndiag_type, found.ndiag_protocol),
                              .local = netlink_protocol(found.ndiag_protocol),
                              .peer = {},
                              .family = AF_NETLINK,
                              .socket_type = found.ndiag_type,
                              .protocol = found.ndiag_protocol,
                              .state = {}};
  });
}

// Runs it in a thread of its own, in the network namespace that the file stands for. False where that is not
// permitted.
bool in_namespace(const base::OwnedFd& space, auto&& work) {
  bool entered = false;
  std::thread thread([&] {
    entered = ::setns(space.get(), CLONE_NEWNET) == 0;
    if (entered) work();
  });
  thread.join();
  return entered;
}

}  // namespace

std::string SocketName::text() const {
  if (peer.empty()) return listening() && !local.empty() ? local + " (listening)" : local;
  return local.empty() ? "-> " + peer : local + " -> " + peer;
}

SocketNames SocketNames::load(Depth depth) {
  SocketNames names;
  constexpr std::array<std::uint8_t, 2> families = {AF_INET, AF_INET6};
  constexpr std::array<std::uint8_t, 2> protocols = {IPPROTO_TCP, IPPROTO_UDP};
  for (const std::uint8_t family : families) {
    for (const std::uint8_t protocol : protocols) load_inet(names.by_inode_, family, protocol, depth);
  }
  load_unix(names.by_inode_);
  load_netlink(names.by_inode_);
  return names;
}

const SocketName* SocketNames::find(std::uint64_t inode) const {
  const auto at = by_inode_.find(inode);
  return at == by_inode_.end() ? nullptr : &at->second;
}

const SocketNames& SocketTables::of(const platform::ProcFs& proc, std::int64_t pid) {
  const std::string path = proc.path(pid, "ns/net");
  const std::string name = platform::read_link(path).value_or(std::string());
  const auto [at, is_new] = namespaces_.try_emplace(name);
  if (!is_new) return at->second;
  const bool is_own = name.empty() || name == platform::read_link("/proc/self/ns/net");
  if (is_own) {
    at->second = SocketNames::load(depth_);
    return at->second;
  }
  const base::OwnedFd space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (space.valid()) in_namespace(space, [&] { at->second = SocketNames::load(depth_); });
  return at->second;
}

}  // namespace ajar::tables
