#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// The types of Linux handles in ajar's words, from what the kernel says of them, on any system.
namespace ajar::tables {

// By what readlink says of /proc/PID/fd/N: "file", "pipe", "socket", "eventfd", "epoll", "memfd", "tty",
// "device" … A folder looks like a file there. Anonymous kernel objects without a row of their own are called
// what the kernel calls them.
std::string type_of_link(std::string_view link);

// "tcp socket", "udp socket", "unix socket" …; "socket" for one without a row. The numbers are AF_…, SOCK_…
// (SOCK_CLOEXEC and SOCK_NONBLOCK may be in it) and IPPROTO_… as given to socket(2).
std::string_view socket_type_name(std::uint32_t family, std::uint32_t type, std::uint32_t protocol);

// By the name of its protocol, as in the attribute system.sockprotoname of a socket: "TCPv6", "UNIX-STREAM".
std::string socket_type_of_protocol(std::string_view protocol);

}  // namespace ajar::tables
