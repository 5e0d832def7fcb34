#include "tables/sockets/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/vm_sockets.h>

#include <array>
#include <cstring>
#include <random>

namespace ajar::tables {
namespace {

template <typename T>
std::string decoded(const T& address, std::size_t size = sizeof(T)) {
  return decode_address(std::as_bytes(std::span(&address, 1)).first(size));
}

sockaddr_in6 inet6(const char* text, std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  ::inet_pton(AF_INET6, text, &address.sin6_addr);
  return address;
}

std::string unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return decoded(address, sizeof address.sun_family + path.size());
}

TEST(DecodeAddress, WritesInetAddressesAsPeopleDo) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(9000);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(decoded(v4), "127.0.0.1:9000");
  EXPECT_EQ(decoded(inet6("::1", 80)), "[::1]:80");
  EXPECT_EQ(decoded(inet6("::", 65535)), "[::]:65535");
  EXPECT_EQ(decoded(inet6("::ffff:10.0.0.1", 1)), "[::ffff:10.0.0.1]:1");
  EXPECT_EQ(decoded(inet6("2001:db8:0:0:1:0:0:1", 1)), "[2001:db8::1:0:0:1]:1");
  EXPECT_EQ(decoded(inet6("2001:db8:0:1:1:1:1:1", 1)), "[2001:db8:0:1:1:1:1:1]:1");
}

TEST(DecodeAddress, AgreesWithInetNtop) {
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<std::uint16_t>(i));
    for (std::size_t group = 0; group < 8; ++group) {
      if (random() % 2 == 0) continue;
      address.sin6_addr.s6_addr[2 * group] = static_cast<std::uint8_t>(random() % 3);
      address.sin6_addr.s6_addr[2 * group + 1] = static_cast<std::uint8_t>(random());
    }
    // Addresses of this old form ("IPv4-compatible") have no IPv4 spelling any more (RFC 5952, 5).
    if (IN6_IS_ADDR_V4COMPAT(&address.sin6_addr)) continue;
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET6, &address.sin6_addr, text.data(), text.size());
    EXPECT_EQ(decoded(address), "[" + std::string(text.data()) + "]:" + std::to_string(i));
  }
}

TEST(DecodeAddress, WritesUnixAddresses) {
  EXPECT_EQ(unix_address("/run/x.sock"), "/run/x.sock");
  EXPECT_EQ(unix_address(std::string("/run/x.sock\0rubbish", 19)), "/run/x.sock");
  EXPECT_EQ(unix_address(std::string("\0abstract", 9)), "@abstract");
  EXPECT_EQ(unix_address(std::string("\0a\0b", 4)), "@a@b");
  EXPECT_EQ(unix_address(""), "");
}

TEST(DecodeAddress, WritesVsockAddressesAsContextAndPort) {
  sockaddr_vm address{};
  address.svm_family = AF_VSOCK;
  address.svm_cid = 2;
  address.svm_port = 1024;
  EXPECT_EQ(decoded(address), "2:1024");
  EXPECT_EQ(decoded(address, 11), "");
  address.svm_cid = VMADDR_CID_ANY;
  EXPECT_EQ(decoded(address), "*:1024");
  address.svm_port = VMADDR_PORT_ANY;
  EXPECT_EQ(decoded(address), "");
}

TEST(DecodeAddress, IsEmptyForWhatItDoesNotKnow) {
  const sockaddr_in6 address = inet6("::1", 80);
  EXPECT_EQ(decoded(address, 23), "");
  EXPECT_EQ(decoded(address, 1), "");
  EXPECT_EQ(decode_address({}), "");
  sockaddr other{};
  other.sa_family = AF_NETLINK;
  EXPECT_EQ(decoded(other), "");
}

}  // namespace
}  // namespace ajar::tables
