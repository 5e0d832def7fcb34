#include "tables/sockets/socket_type.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace ajar::tables {
namespace {

TEST(SocketTypeName, IsByFamilyTypeAndProtocol) {
  EXPECT_EQ(socket_type_name(AF_INET, SOCK_STREAM, 0), "tcp socket");
  EXPECT_EQ(socket_type_name(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP),
            "tcp socket");
  EXPECT_EQ(socket_type_name(AF_INET6, SOCK_DGRAM, 0), "udp socket");
  EXPECT_EQ(socket_type_name(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), "icmp socket");
  EXPECT_EQ(socket_type_name(AF_INET, SOCK_RAW, 200), "raw socket");
  EXPECT_EQ(socket_type_name(AF_INET, SOCK_STREAM, IPPROTO_MPTCP), "mptcp socket");
  EXPECT_EQ(socket_type_name(AF_UNIX, SOCK_STREAM, 0), "unix stream socket");
  EXPECT_EQ(socket_type_name(AF_UNIX, SOCK_DGRAM, 0), "unix dgram socket");
  EXPECT_EQ(socket_type_name(AF_UNIX, SOCK_SEQPACKET, 0), "unix seqpacket socket");
  EXPECT_EQ(socket_type_name(AF_UNIX, 9, 0), "unix socket");
  EXPECT_EQ(socket_type_name(AF_NETLINK, SOCK_RAW, 15), "netlink socket");
  EXPECT_EQ(socket_type_name(AF_INET, SOCK_STREAM, 99), "socket");
  EXPECT_EQ(socket_type_name(999, 1, 0), "socket");
}

TEST(SocketTypeOfProtocol, IsTheSameForBothVersions) {
  EXPECT_EQ(socket_type_of_protocol("TCP"), "tcp socket");
  EXPECT_EQ(socket_type_of_protocol("TCPv6"), "tcp socket");
  EXPECT_EQ(socket_type_of_protocol("UNIX-STREAM"), "unix stream socket");
  EXPECT_EQ(socket_type_of_protocol("UNIX"), "unix socket") << "datagrams or packets";
  EXPECT_EQ(socket_type_of_protocol("NEW"), "socket");
  EXPECT_EQ(socket_type_of_protocol(""), "socket");
}

}  // namespace
}  // namespace ajar::tables
