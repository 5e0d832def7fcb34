#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tables/sockets/sock_diag.h"
#include "tables/sockets/socket.h"

// Sockets of IPv4 and IPv6, as <linux/inet_diag.h> tells of them.
namespace ajar::tables {

// All sockets of one family (AF_INET, AF_INET6) and protocol (IPPROTO_…).
std::vector<std::byte> inet_request(std::uint8_t family, std::uint32_t protocol, SocketDepth depth);

// One answer to it. None for what is in no table of handles: a connection that nobody has accepted yet, or
// that outlives its socket (TIME_WAIT).
std::optional<Socket> read_inet(Bytes payload, std::uint32_t protocol);

// "IPPROTO_ICMP": what a raw socket sends and receives.
std::string raw_kind(std::uint32_t protocol);

// An SCTP socket is told of first (endpoint), then each of its associations with the same inode: which only
// complete what the socket has no words for.
void complete(Socket& endpoint, const Socket& association);

}  // namespace ajar::tables
