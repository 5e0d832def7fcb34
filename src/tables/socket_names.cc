#include "tables/socket_names.h"

#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "base/byte_reader.h"
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

void load_inet(Names& names, std::uint8_t family, std::uint8_t protocol) {
  inet_diag_req_v2 request{};
  request.sdiag_family = family;
  request.sdiag_protocol = protocol;
  request.idiag_states = kAllStates;
  const std::uint32_t type = protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM;
  dump_sockets(bytes_of(request), [&](Bytes payload) {
    base::ByteReader in(payload);
    const auto found = take<inet_diag_msg>(in);
    if (!in.ok() || found.idiag_inode == 0) return;
    names[found.idiag_inode] = {
        .type = socket_type_name(family, type, protocol),
        .local = endpoint(family, found.id.idiag_src, found.id.idiag_sport),
        .peer = endpoint(family, found.id.idiag_dst, found.id.idiag_dport),
        .family = family,
        .socket_type = type,
        .protocol = protocol,
        .listening = protocol == IPPROTO_TCP && found.idiag_state == TCP_LISTEN,
    };
  });
}

struct UnixAttributes {
  std::string path;
  std::uint32_t peer = 0;  // inode
};

UnixAttributes read_attributes(base::ByteReader& in) {
  UnixAttributes found;
  while (in.remaining() >= sizeof(rtattr)) {
    const auto attribute = take<rtattr>(in);
    if (attribute.rta_len < sizeof attribute) break;
    const Bytes value = in.bytes(attribute.rta_len - sizeof attribute);
    if (!in.ok()) break;
    if (attribute.rta_type == UNIX_DIAG_NAME) found.path = format_unix(value);
    if (attribute.rta_type == UNIX_DIAG_PEER && value.size() == sizeof found.peer) {
      std::memcpy(&found.peer, value.data(), sizeof found.peer);
    }
    in.skip(std::min<std::size_t>((4 - value.size() % 4) % 4, in.remaining()));
  }
  return found;
}

void load_unix(Names& names) {
  unix_diag_req request{};
  request.sdiag_family = AF_UNIX;
  request.udiag_states = kAllStates;
  request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> peers;
  dump_sockets(bytes_of(request), [&](Bytes payload) {
    base::ByteReader in(payload);
    const auto found = take<unix_diag_msg>(in);
    if (!in.ok()) return;
    const UnixAttributes attributes = read_attributes(in);
    names[found.udiag_ino] = {.type = socket_type_name(AF_UNIX, found.udiag_type, 0),
                              .local = attributes.path,
                              .peer = {},
                              .family = AF_UNIX,
                              .socket_type = found.udiag_type,
                              .protocol = 0,
                              .listening = found.udiag_state == TCP_LISTEN};
    if (attributes.peer != 0) peers.emplace_back(found.udiag_ino, attributes.peer);
  });
  for (const auto& [inode, peer] : peers) {
    const auto at = names.find(peer);
    if (at != names.end()) names[inode].peer = at->second.local;
  }
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
                              .local = {},
                              .peer = {},
                              .family = AF_NETLINK,
                              .socket_type = found.ndiag_type,
                              .protocol = found.ndiag_protocol,
                              .listening = false};
  });
}

}  // namespace

std::string SocketName::text() const {
  if (peer.empty()) return listening && !local.empty() ? local + " (listening)" : local;
  return local.empty() ? "-> " + peer : local + " -> " + peer;
}

SocketNames::Names SocketNames::ask_kernel() {
  Names names;
  constexpr std::array<std::uint8_t, 2> families = {AF_INET, AF_INET6};
  constexpr std::array<std::uint8_t, 2> protocols = {IPPROTO_TCP, IPPROTO_UDP};
  for (const std::uint8_t family : families) {
    for (const std::uint8_t protocol : protocols) load_inet(names, family, protocol);
  }
  load_unix(names);
  load_netlink(names);
  return names;
}

SocketNames SocketNames::load() {
  SocketNames names;
  names.by_inode_ = ask_kernel();
  return names;
}

SocketNames SocketNames::when_needed() {
  SocketNames names;
  names.asked_ = false;
  return names;
}

const SocketName* SocketNames::find(std::uint64_t inode) const {
  if (!asked_) {
    by_inode_ = ask_kernel();
    asked_ = true;
  }
  const auto at = by_inode_.find(inode);
  return at == by_inode_.end() ? nullptr : &at->second;
}

}  // namespace ajar::tables
