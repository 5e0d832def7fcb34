#include "tables/sockets/socket_names.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <unordered_map>

#include "tables/sockets/other_diags.h"
#include "tables/sockets/unix_diag.h"

namespace ajar::tables {
namespace {

constexpr std::uint32_t kMptcp = 262;

// What one dump tells of.
struct Source {
  std::string_view protocol;  // the name that the kernel's struct proto has
  std::uint8_t family;
  std::uint32_t number;
};

// In the order in which they are looked through: an MPTCP socket's inode is also that of its first TCP
// connection.
constexpr auto kSources = std::to_array<Source>({
    {"UNIX", AF_UNIX, 0},
    {"MPTCP", AF_INET, kMptcp},
    {"MPTCPv6", AF_INET6, kMptcp},
    {"TCP", AF_INET, IPPROTO_TCP},
    {"TCPv6", AF_INET6, IPPROTO_TCP},
    {"UDP", AF_INET, IPPROTO_UDP},
    {"UDPv6", AF_INET6, IPPROTO_UDP},
    {"UDP-Lite", AF_INET, IPPROTO_UDPLITE},
    {"UDPLITEv6", AF_INET6, IPPROTO_UDPLITE},
    {"SCTP", AF_INET, IPPROTO_SCTP},
    {"SCTPv6", AF_INET6, IPPROTO_SCTP},
    {"RAW", AF_INET, IPPROTO_RAW},
    {"RAWv6", AF_INET6, IPPROTO_RAW},
    {"NETLINK", AF_NETLINK, 0},
    {"PACKET", AF_PACKET, 0},
    {"AF_VSOCK", AF_VSOCK, 0},
    {"XDP", AF_XDP, 0},
    {"TIPC", AF_TIPC, 0},
});

constexpr std::array<std::string_view, 5> kUsual = {"UNIX", "TCP", "TCPv6", "UDP", "UDPv6"};

std::size_t place_of(std::string_view protocol) {
  if (protocol.starts_with("UNIX-")) protocol = "UNIX";
  const auto* found = std::ranges::find(kSources, protocol, &Source::protocol);
  return static_cast<std::size_t>(found - kSources.begin());
}

// Asking a kernel for MPTCP that does not have it makes it look for a module each time.
bool kernel_has_mptcp() {
  return ::access("/proc/sys/net/mptcp/enabled", F_OK) == 0;
}

void add_association(Sockets& sockets, std::unordered_map<std::uint64_t, std::size_t>& places, Socket found) {
  const auto [at, is_new] = places.try_emplace(found.inode, sockets.size());
  if (is_new) {
    sockets.push_back(std::move(found));
  } else {
    complete(sockets[at->second], found);
  }
}

void dump_unix(const SockDiag& diag, SocketDepth depth, Sockets& sockets) {
  std::unordered_set<std::uint32_t> waiting;
  diag.dump(unix_request(depth), [&](Bytes payload) {
    auto found = read_unix(payload);
    if (!found) return;
    sockets.push_back(std::move(found->socket));
    waiting.insert(found->waiting.begin(), found->waiting.end());
  });
  connect_unix(sockets, waiting);
}

void dump_inet(const SockDiag& diag, const Source& source, SocketDepth depth, Sockets& sockets) {
  std::unordered_map<std::uint64_t, std::size_t> places;  // of SCTP's only
  diag.dump(inet_request(source.family, source.number, depth), [&](Bytes payload) {
    auto found = read_inet(payload, source.number);
    if (!found) return;
    if (source.number == IPPROTO_SCTP) {
      add_association(sockets, places, *std::move(found));
    } else {
      sockets.push_back(*std::move(found));
    }
  });
}

void dump_all(const SockDiag& diag, const std::vector<std::byte>& request,
              const std::function<std::optional<Socket>(Bytes)>& read, Sockets& sockets) {
  diag.dump(request, [&](Bytes payload) {
    if (auto found = read(payload)) sockets.push_back(*std::move(found));
  });
}

// ::ffff:127.0.0.1 is 127.0.0.1: the two ends of a connection may be of different families.
InetEnd without_mapping(const InetEnd& end, std::uint32_t family) {
  constexpr std::array<std::byte, 12> kMapped = {
      {{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, std::byte{0xff}, std::byte{0xff}}};
  if (family != AF_INET6 || !std::equal(kMapped.begin(), kMapped.end(), end.address.begin())) return end;
  InetEnd shorter{.address = {}, .port = end.port};
  std::copy(end.address.begin() + kMapped.size(), end.address.end(), shorter.address.begin());
  return shorter;
}

}  // namespace

SocketNames::SocketNames(SockDiag diag, SocketDepth depth)
    : diag_(std::move(diag)), depth_(depth), dumps_(kSources.size()) {}

void SocketNames::dump(std::size_t source, Sockets& sockets) const {
  const auto interface_name = [&](std::uint32_t index) { return diag_.interface_name(index); };
  const Source& row = kSources[source];
  switch (row.family) {
    case AF_UNIX:
      return dump_unix(diag_, depth_, sockets);
    case AF_NETLINK:
      return dump_all(diag_, netlink_request(), read_netlink, sockets);
    case AF_PACKET:
      return dump_all(
          diag_, packet_request(), [&](Bytes payload) { return read_packet(payload, interface_name); },
          sockets);
    case AF_VSOCK:
      return dump_all(diag_, vsock_request(), read_vsock, sockets);
    case AF_XDP:
      return dump_all(
          diag_, xdp_request(), [&](Bytes payload) { return read_xdp(payload, interface_name); }, sockets);
    case AF_TIPC:
      return dump_all(diag_, tipc_request(), read_tipc, sockets);
    default:
      return dump_inet(diag_, row, depth_, sockets);
  }
}

void SocketNames::ask(std::size_t source) const {
  std::optional<Dump>& asked = dumps_[source];
  if (asked.has_value()) return;
  if (kSources[source].number == IPPROTO_TCP && kernel_has_mptcp()) {
    ask(place_of(kSources[source].family == AF_INET ? "MPTCP" : "MPTCPv6"));
  }
  dump(source, asked.emplace().sockets);
  asked->by_inode.reserve(asked->sockets.size());
  for (std::size_t i = 0; i < asked->sockets.size(); ++i) {
    asked->by_inode.emplace_back(asked->sockets[i].inode, i);
  }
  std::ranges::sort(asked->by_inode);
}

const Socket* SocketNames::find_asked(std::uint64_t inode) const {
  for (const std::optional<Dump>& dump : dumps_) {
    if (!dump.has_value()) continue;
    const auto at = std::ranges::lower_bound(dump->by_inode, std::pair(inode, std::size_t{0}));
    if (at != dump->by_inode.end() && at->first == inode) return &dump->sockets[at->second];
  }
  return nullptr;
}

const Socket* SocketNames::known(std::uint64_t inode) const {
  const std::scoped_lock lock(mutex_);
  return find_asked(inode);
}

const Socket* SocketNames::find(std::uint64_t inode, std::string_view protocol) const {
  if (protocol.empty()) ask_usual();
  const std::scoped_lock lock(mutex_);
  if (const std::size_t source = place_of(protocol); source < kSources.size()) ask(source);
  return find_asked(inode);
}

void SocketNames::ask_usual() const {
  const std::scoped_lock lock(mutex_);
  for (const std::string_view usual : kUsual) ask(place_of(usual));
}

const std::vector<SocketNames::Connection>& SocketNames::connections() const {
  if (connections_.has_value()) return *connections_;
  connections_.emplace();
  for (const std::string_view protocol : {"TCP", "TCPv6"}) {
    const std::size_t source = place_of(protocol);
    ask(source);
    for (const Socket& socket : dumps_[source]->sockets) {
      if (socket.peer.port == 0) continue;
      connections_->push_back({.local = without_mapping(socket.local, socket.family),
                               .peer = without_mapping(socket.peer, socket.family),
                               .inode = socket.inode});
    }
  }
  std::ranges::sort(*connections_);
  return *connections_;
}

std::uint64_t SocketNames::peer_of(const Socket& socket) const {
  if (socket.family == AF_UNIX) return socket.peer_inode;
  const bool is_tcp = socket.protocol == IPPROTO_TCP || socket.protocol == kMptcp;
  if ((socket.family != AF_INET && socket.family != AF_INET6) || !is_tcp || socket.peer.port == 0) return 0;
  const std::scoped_lock lock(mutex_);
  const Connection wanted{.local = without_mapping(socket.peer, socket.family),
                          .peer = without_mapping(socket.local, socket.family),
                          .inode = 0};
  const auto at = std::ranges::lower_bound(connections(), wanted);
  const bool found = at != connections().end() && at->local == wanted.local && at->peer == wanted.peer;
  return found ? at->inode : 0;
}

}  // namespace ajar::tables
