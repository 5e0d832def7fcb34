#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

// Socket addresses of Linux as people write them, from bytes, on any system.
namespace ajar::tables {

// A sockaddr as the kernel has it: "127.0.0.1:80", "[::1]:80", "/run/x.sock", "@abstract", "2:1024" (vsock).
// Empty for one that has no such form: an unnamed socket, another family, too few bytes.
std::string decode_address(std::span<const std::byte> sockaddr);

// An address of 4 or 16 bytes and a port, as above.
std::string format_inet(std::span<const std::byte> address, std::uint16_t port);

// Without a port: "127.0.0.1", "::1".
std::string format_host(std::span<const std::byte> address);

// Of vsock: context and port, "*" for any context. Empty where there is no port.
std::string format_vsock(std::uint32_t context, std::uint32_t port);

// The path of a unix socket address, without the family before it: up to its end, or its first NUL. One that
// begins with a NUL is abstract: '@' stands for each NUL of it, as in /proc/net/unix.
std::string format_unix(std::span<const std::byte> path);

}  // namespace ajar::tables
