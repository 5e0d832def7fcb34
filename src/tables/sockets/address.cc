#include "tables/sockets/address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "base/byte_reader.h"

namespace ajar::tables {
namespace {

// AF_… of <linux/socket.h>.
constexpr std::uint16_t kUnix = 1;
constexpr std::uint16_t kInet = 2;
constexpr std::uint16_t kInet6 = 10;
constexpr std::uint16_t kVsock = 40;

using Groups = std::array<unsigned, 8>;

unsigned byte_at(std::span<const std::byte> bytes, std::size_t i) {
  return std::to_integer<unsigned>(bytes[i]);
}

std::string format_ipv4(std::span<const std::byte> bytes) {
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) text += '.';
    text += std::to_string(byte_at(bytes, i));
  }
  return text;
}

std::string hex(unsigned value) {
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  return {digits.data(), end};
}

struct Run {
  std::size_t begin = 0;
  std::size_t length = 0;
};

// The first of the longest runs of two zero groups or more.
Run longest_zeros(const Groups& groups) {
  Run best;
  Run run;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i] != 0) continue;
    const bool goes_on = run.length > 0 && run.begin + run.length == i;
    run = goes_on ? Run{run.begin, run.length + 1} : Run{i, 1};
    if (run.length > best.length) best = run;
  }
  return best.length > 1 ? best : Run{};
}

// RFC 5952: lower case, no leading zeros, "::" once, and an IPv4 address in its own form.
std::string format_ipv6(std::span<const std::byte> bytes) {
  Groups groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = byte_at(bytes, 2 * i) << 8U | byte_at(bytes, 2 * i + 1);
  }
  const bool mapped = groups[5] == 0xffff &&
                      std::all_of(groups.begin(), groups.begin() + 5, [](unsigned g) { return g == 0; });
  if (mapped) return "::ffff:" + format_ipv4(bytes.subspan(12));
  const Run zeros = longest_zeros(groups);
  std::string text;
  for (std::size_t i = 0; i < groups.size();) {
    if (zeros.length > 0 && i == zeros.begin) {
      text += "::";
      i += zeros.length;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    text += hex(groups[i++]);
  }
  return text;
}

}  // namespace

std::string format_host(std::span<const std::byte> address) {
  if (address.size() == 4) return format_ipv4(address);
  return address.size() == 16 ? format_ipv6(address) : std::string();
}

std::string format_inet(std::span<const std::byte> address, std::uint16_t port) {
  const std::string host = format_host(address);
  if (host.empty()) return {};
  return (address.size() == 4 ? host : "[" + host + "]") + ":" + std::to_string(port);
}

std::string format_vsock(std::uint32_t context, std::uint32_t port) {
  constexpr std::uint32_t kAny = 0xffffffff;  // VMADDR_CID_ANY, VMADDR_PORT_ANY
  if (port == kAny) return {};
  return (context == kAny ? "*" : std::to_string(context)) + ":" + std::to_string(port);
}

std::string format_unix(std::span<const std::byte> path) {
  std::string text(reinterpret_cast<const char*>(path.data()), path.size());
  if (text.starts_with('\0')) {
    std::ranges::replace(text, '\0', '@');
    return text.size() > 1 ? text : std::string();
  }
  return text.substr(0, text.find('\0'));
}

std::string decode_address(std::span<const std::byte> sockaddr) {
  base::ByteReader in(sockaddr);
  const auto family = in.read<std::uint16_t>();
  if (family == kUnix) return format_unix(in.bytes(in.remaining()));
  if (family == kVsock) {
    in.skip(2);  // reserved
    const auto port = in.read<std::uint32_t>();
    const auto context = in.read<std::uint32_t>();
    return in.ok() ? format_vsock(context, port) : std::string();
  }
  if (family != kInet && family != kInet6) return {};
  const unsigned high = in.read<std::uint8_t>();  // the port is big-endian
  const auto port = static_cast<std::uint16_t>(high << 8U | in.read<std::uint8_t>());
  if (family == kInet6) in.skip(4);  // flow information
  const auto address = in.bytes(family == kInet ? 4 : 16);
  return in.ok() ? format_inet(address, port) : std::string();
}

}  // namespace ajar::tables
