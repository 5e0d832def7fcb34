#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The types of sockets in ajar's words, on any system.
namespace ajar::tables {

// "tcp socket", "udp socket", "unix socket" …; "socket" for one without a row. The numbers are AF_…, SOCK_…
// (SOCK_CLOEXEC and SOCK_NONBLOCK may be in it) and IPPROTO_… as given to socket(2).
std::string_view socket_type_name(std::uint32_t family, std::uint32_t type, std::uint32_t protocol);

// By the name of its protocol, as in the attribute system.sockprotoname of a socket: "TCPv6", "UNIX-STREAM".
std::string socket_type_of_protocol(std::string_view protocol);

}  // namespace ajar::tables
