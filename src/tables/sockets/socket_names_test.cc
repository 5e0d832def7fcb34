#include "tables/sockets/socket_names.h"

#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/ethernet.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "platform/testing/temp_tree.h"
#include "tables/sockets/testing/sockets.h"

// Sockets of the test itself, as its kernel tells of them.
namespace ajar::tables {
namespace {

using base::OwnedFd;
using platform::TempTree;

class SocketsOfThisProcess : public testing::Test {
 protected:
  void SetUp() override {
    const OwnedFd one = listening_inet(1);
    if (names().find(inode_of(one), "TCP") == nullptr) GTEST_SKIP() << "no sock_diag here";
  }

  static SocketNames names(SocketDepth depth = SocketDepth::states) {
    return SocketNames(SockDiag(OwnedFd(SockDiag::make_socket())), depth);
  }

  static Socket socket(const OwnedFd& fd, std::string_view protocol,
                       SocketDepth depth = SocketDepth::states) {
    const SocketNames all = names(depth);
    const Socket* found = all.find(inode_of(fd), protocol);
    return found == nullptr ? Socket{} : *found;
  }
};

TEST_F(SocketsOfThisProcess, AreAskedForByProtocol) {
  const auto [a, b] = unix_pair(SOCK_STREAM);
  const OwnedFd server = listening_inet(1);
  const SocketNames all = names();
  EXPECT_EQ(all.known(inode_of(a)), nullptr) << "nothing was asked yet";
  ASSERT_NE(all.find(inode_of(a), "UNIX-STREAM"), nullptr);
  EXPECT_NE(all.known(inode_of(b)), nullptr);
  EXPECT_EQ(all.known(inode_of(server)), nullptr);
  EXPECT_EQ(all.find(inode_of(server), "ALG"), nullptr);
  EXPECT_NE(all.find(inode_of(server), ""), nullptr) << "where no protocol is told the usual ones are asked";
}

TEST_F(SocketsOfThisProcess, AServerTellsHowManyWait) {
  const OwnedFd server = listening_inet(7);
  const OwnedFd one = connected_to(server);
  const OwnedFd two = connected_to(server);
  const Socket told = socket(server, "TCP");
  EXPECT_EQ(told.state_name(), "LISTEN");
  EXPECT_EQ(told.receive_queue, 2U);
  EXPECT_EQ(told.send_queue, 7U);
}

TEST_F(SocketsOfThisProcess, AreInCloseWaitOnceThePeerHasHungUp) {
  const OwnedFd server = listening_inet(1);
  OwnedFd client = connected_to(server);
  const OwnedFd accepted = accepted_by(server);
  EXPECT_EQ(socket(accepted, "TCP").state_name(), "ESTABLISHED");
  ASSERT_EQ(::write(client.get(), "hello", 5), 5);
  EXPECT_EQ(socket(accepted, "TCP").receive_queue, 5U);
  client.reset();
  const Socket told = socket(accepted, "TCP");
  EXPECT_EQ(told.state_name(), "CLOSE_WAIT");
  EXPECT_EQ(told.receive_queue, 5U) << "its FIN is no byte";
}

TEST_F(SocketsOfThisProcess, TellTimesOnlyWhereAskedAndOnlyOfDataThatThereWas) {
  const OwnedFd server = listening_inet(1);
  const OwnedFd client = connected_to(server);
  const OwnedFd accepted = accepted_by(server);
  ASSERT_EQ(::write(client.get(), "hello", 5), 5);
  EXPECT_EQ(socket(accepted, "TCP").last_heard_ms, std::nullopt);
  const Socket told = socket(accepted, "TCP", SocketDepth::packets);
  EXPECT_TRUE(told.last_heard_ms.has_value());
  EXPECT_TRUE(told.last_received_ms.has_value());
  EXPECT_EQ(told.last_sent_ms, std::nullopt);
  const Socket other = socket(client, "TCP", SocketDepth::packets);
  EXPECT_TRUE(other.last_sent_ms.has_value());
  EXPECT_EQ(other.last_received_ms, std::nullopt);
}

TEST_F(SocketsOfThisProcess, OfUnixKnowWhetherTheOtherEndIsThere) {
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM}) {
    auto [a, b] = unix_pair(type);
    EXPECT_EQ(socket(a, "UNIX").peer_inode, inode_of(b)) << type;
    EXPECT_FALSE(socket(a, "UNIX").peer_gone) << type;
    b.reset();
    EXPECT_EQ(socket(a, "UNIX").peer_inode, 0U) << type;
    EXPECT_TRUE(socket(a, "UNIX").peer_gone) << type;
  }
}

// What the table of handles gets at that depth.
model::Handle described(const Socket& socket, SocketDepth depth) {
  model::Handle handle{.value = 3, .type = "socket", .name = "socket:[4711]", .facts = {}};
  socket.describe(handle, depth);
  return handle;
}

TEST_F(SocketsOfThisProcess, AtTheDepthOfSignsTellKindStateAndALostPeerAndKeepTheirName) {
  const OwnedFd server = listening_inet(1);
  OwnedFd client = connected_to(server);
  const OwnedFd accepted = accepted_by(server);
  client.reset();
  const model::Handle tcp = described(socket(accepted, "TCP", SocketDepth::signs), SocketDepth::signs);
  EXPECT_EQ(tcp.type, "tcp socket");
  EXPECT_EQ(tcp.name, "socket:[4711]");
  EXPECT_EQ(model::fact_text(tcp.facts, model::FactKey::socket_state), "CLOSE_WAIT");
  EXPECT_EQ(tcp.facts.size(), 1U);

  auto [a, b] = unix_pair(SOCK_STREAM);
  b.reset();
  const model::Handle alone = described(socket(a, "UNIX", SocketDepth::signs), SocketDepth::signs);
  EXPECT_EQ(alone.type, "unix stream socket");
  EXPECT_EQ(model::fact_number(alone.facts, model::FactKey::other_end_gone), 1U);
}

TEST_F(SocketsOfThisProcess, OfUnixThatWaitToBeAcceptedHaveNotLostTheirPeer) {
  const TempTree tree{};
  const std::string path = tree.path("s");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  OwnedFd server(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(server.get(), where, sizeof address), 0);
  ASSERT_EQ(::listen(server.get(), 3), 0);
  const OwnedFd client(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::connect(client.get(), where, sizeof address), 0);
  EXPECT_FALSE(socket(client, "UNIX").peer_gone);
  ::shutdown(client.get(), SHUT_RDWR);
  EXPECT_FALSE(socket(client, "UNIX").peer_gone);
  EXPECT_EQ(socket(server, "UNIX").receive_queue, 1U);
  EXPECT_EQ(socket(server, "UNIX").send_queue, 3U);
  server.reset();
  EXPECT_TRUE(socket(client, "UNIX").peer_gone);
}

TEST_F(SocketsOfThisProcess, OfUnixThatNeverConnectedHaveNoPeerToLose) {
  const OwnedFd alone(::socket(AF_UNIX, SOCK_STREAM, 0));
  const Socket told = socket(alone, "UNIX");
  EXPECT_EQ(told.state_name(), "UNCONNECTED");
  EXPECT_FALSE(told.peer_gone);
}

TEST_F(SocketsOfThisProcess, OfMptcpAreNotTakenForTheirTcpConnection) {
  constexpr int kMptcp = 262;
  const OwnedFd server = listening_inet(1, kMptcp);
  if (!server.valid()) GTEST_SKIP() << "no MPTCP here";
  const OwnedFd client = connected_to(server, kMptcp);
  const OwnedFd accepted = accepted_by(server);
  const OwnedFd tcp = listening_inet(1);
  const SocketNames all = names();
  ASSERT_NE(all.find(inode_of(tcp), "TCP"), nullptr);
  for (const OwnedFd* fd : {&server, &client, &accepted}) {
    const Socket* told = all.known(inode_of(*fd));
    ASSERT_NE(told, nullptr);
    EXPECT_EQ(told->type_name(), "mptcp socket");
  }
  EXPECT_EQ(all.peer_of(*all.known(inode_of(client))), inode_of(accepted));
}

TEST_F(SocketsOfThisProcess, KnowTheOtherEndOfAConnectionWithinTheMachine) {
  const OwnedFd server = listening_inet(1);
  const OwnedFd client = connected_to(server);
  const OwnedFd accepted = accepted_by(server);
  const auto [a, b] = unix_pair(SOCK_STREAM);
  const SocketNames all = names();
  EXPECT_EQ(all.peer_of(*all.find(inode_of(client), "TCP")), inode_of(accepted));
  EXPECT_EQ(all.peer_of(*all.find(inode_of(accepted), "TCP")), inode_of(client));
  EXPECT_EQ(all.peer_of(*all.find(inode_of(server), "TCP")), 0U);
  EXPECT_EQ(all.peer_of(*all.find(inode_of(a), "UNIX-STREAM")), inode_of(b));
}

TEST_F(SocketsOfThisProcess, KnowTheOtherEndAlsoWhereOneIsOfIpv6) {
  const OwnedFd server = listening_inet6();
  if (!server.valid()) GTEST_SKIP() << "no IPv6 here";
  const OwnedFd client = connected_to(server);
  if (!client.valid()) GTEST_SKIP() << "IPv6 only";
  const OwnedFd accepted = accepted_by(server);
  const SocketNames all = names();
  EXPECT_EQ(all.peer_of(*all.find(inode_of(client), "TCP")), inode_of(accepted));
  EXPECT_EQ(all.peer_of(*all.find(inode_of(accepted), "TCPv6")), inode_of(client));
}

TEST_F(SocketsOfThisProcess, OfAConnectionThatNobodyAcceptedHaveNoOtherEndYet) {
  const OwnedFd server = listening_inet(1);
  const OwnedFd client = connected_to(server);
  const SocketNames all = names();
  EXPECT_EQ(all.peer_of(*all.find(inode_of(client), "TCP")), 0U);
}

TEST_F(SocketsOfThisProcess, OfNetlinkTellTheirGroups) {
  const OwnedFd netlink(::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = 0x11;
  ASSERT_EQ(::bind(netlink.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const Socket told = socket(netlink, "NETLINK");
  if (told.inode == 0) GTEST_SKIP() << "no netlink_diag here";
  EXPECT_EQ(told.kind, "NETLINK_ROUTE");
  ASSERT_EQ(told.bound_to.size(), 1U);
  EXPECT_EQ(told.bound_to[0], std::pair(std::string("groups"), std::string("1, 5")));
}

TEST_F(SocketsOfThisProcess, OfPacketsTellTheirInterface) {
  const OwnedFd packets(::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
  if (!packets.valid()) GTEST_SKIP() << "it takes CAP_NET_RAW";
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = 1;
  ASSERT_EQ(::bind(packets.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const Socket told = socket(packets, "PACKET");
  if (told.inode == 0) GTEST_SKIP() << "no packet_diag here";
  EXPECT_EQ(told.kind, "ETH_P_ALL");
  ASSERT_EQ(told.bound_to.size(), 1U);
  EXPECT_EQ(told.bound_to[0].second, "lo");
}

TEST(SocketNames, WhereTheKernelCantBeAskedNothingIsFound) {
  const OwnedFd server = listening_inet(1);
  const SocketNames none((SockDiag(OwnedFd())));
  EXPECT_FALSE(none.can_ask());
  EXPECT_EQ(none.find(inode_of(server), "TCP"), nullptr);
  EXPECT_EQ(none.find(inode_of(server), ""), nullptr);
}

}  // namespace
}  // namespace ajar::tables
