#include "tables/sockets/other_diags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/tipc_netlink.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <sys/socket.h>

#include <array>

#include "tables/sockets/testing/diag_answer.h"

// Answers as the kernel would give them, also those that the kernel of the test can't.
namespace ajar::tables {
namespace {

using testing::ElementsAre;

model::Handle described(const std::optional<Socket>& socket) {
  model::Handle handle{.value = 3, .type = "socket", .name = "socket:[77]", .facts = {}};
  if (socket.has_value()) socket->describe(handle, SocketDepth::packets);
  return handle;
}

std::vector<std::string> told(const model::Handle& handle) {
  std::vector<std::string> told;
  for (const model::Fact& fact : handle.facts) {
    if (fact.key == model::FactKey::told) told.push_back(fact.text.value_or(""));
  }
  return told;
}

std::string interface(std::uint32_t index) {
  return index == 2 ? "eth0" : "";
}

TEST(ReadNetlink, NamesTheProtocolAndTheGroups) {
  netlink_diag_msg found{};
  found.ndiag_type = SOCK_RAW;
  found.ndiag_ino = 77;
  found.ndiag_portid = 812;
  const std::array<std::uint64_t, 2> groups = {0x11, 1};
  const std::array<std::uint32_t, 9> memory = {100, 0, 200};
  const auto answer = DiagAnswer(found).with(NETLINK_DIAG_GROUPS, groups).with(NETLINK_DIAG_MEMINFO, memory);
  const model::Handle handle = described(read_netlink(answer.bytes()));
  EXPECT_EQ(handle.type, "netlink socket");
  EXPECT_EQ(handle.name, "NETLINK_ROUTE 812 (groups 1, 5, 65)");
  EXPECT_THAT(told(handle), ElementsAre("groups: 1, 5, 65"));
  EXPECT_EQ(model::find_fact(handle.facts, model::FactKey::receive_queue)->number, 100U);
  EXPECT_EQ(model::find_fact(handle.facts, model::FactKey::send_queue)->number, 200U);
  found.ndiag_protocol = 30;
  found.ndiag_portid = 0;
  EXPECT_EQ(described(read_netlink(DiagAnswer(found).bytes())).name, "protocol 30");
}

TEST(ReadPacket, NamesTheProtocolAndTheInterface) {
  packet_diag_msg found{};
  found.pdiag_type = SOCK_RAW;
  found.pdiag_num = 3;
  found.pdiag_ino = 77;
  packet_diag_info info{};
  info.pdi_index = 2;
  const auto name = [](const packet_diag_msg& message, const packet_diag_info& information) {
    return described(read_packet(DiagAnswer(message).with(PACKET_DIAG_INFO, information).bytes(), interface))
        .name;
  };
  EXPECT_EQ(name(found, info), "ETH_P_ALL (interface eth0)");
  info.pdi_index = 9;
  found.pdiag_num = 0x9999;
  EXPECT_EQ(name(found, info), "0x9999 (interface 9)") << "an interface that is gone has a number";
  info.pdi_index = 0;
  found.pdiag_num = 0;
  EXPECT_EQ(name(found, info), "socket:[77]");
}

TEST(ReadVsock, HasEndsOfContextAndPort) {
  vsock_diag_msg found{};
  found.vdiag_type = SOCK_STREAM;
  found.vdiag_state = static_cast<std::uint8_t>(Socket::State::established);
  found.vdiag_ino = 77;
  found.vdiag_src_cid = 3;
  found.vdiag_src_port = 1024;
  found.vdiag_dst_cid = 2;
  found.vdiag_dst_port = 9999;
  EXPECT_EQ(described(read_vsock(DiagAnswer(found).bytes())).name, "3:1024 -> 2:9999");
  found.vdiag_state = static_cast<std::uint8_t>(Socket::State::listen);
  found.vdiag_src_cid = 0xffffffff;
  found.vdiag_dst_port = 0xffffffff;
  const model::Handle server = described(read_vsock(DiagAnswer(found).bytes()));
  EXPECT_EQ(server.type, "vsock socket");
  EXPECT_EQ(server.name, "*:1024 (listening)");
}

TEST(ReadXdp, NamesInterfaceAndQueue) {
  xdp_diag_msg found{};
  found.xdiag_family = AF_XDP;
  found.xdiag_type = SOCK_RAW;
  found.xdiag_ino = 77;
  const auto answer = DiagAnswer(found).with(XDP_DIAG_INFO, xdp_diag_info{.ifindex = 2, .queue_id = 4});
  const model::Handle handle = described(read_xdp(answer.bytes(), interface));
  EXPECT_EQ(handle.type, "xdp socket");
  EXPECT_EQ(handle.name, "(interface eth0, queue 4)");
}

TEST(ReadTipc, IsOneAttributeWithTheOthersInIt) {
  DiagAnswer inner;
  inner.with(TIPC_NLA_SOCK_TYPE, std::uint32_t{SOCK_SEQPACKET})
      .with(TIPC_NLA_SOCK_TIPC_STATE, std::uint32_t{10})
      .with(TIPC_NLA_SOCK_INO, std::uint32_t{77})
      .with(TIPC_NLA_SOCK_ADDR, std::uint32_t{0x1001001})
      .with(TIPC_NLA_SOCK_REF, std::uint32_t{3124});
  const auto answer = DiagAnswer().with(TIPC_NLA_SOCK, inner.bytes());
  const model::Handle handle = described(read_tipc(answer.bytes()));
  EXPECT_EQ(handle.type, "tipc socket");
  EXPECT_EQ(handle.name, "1001001:3124 (listening)");
}

TEST(OtherDiags, WhatIsTooShortOrTheKernelsOwnIsNone) {
  EXPECT_EQ(read_netlink(DiagAnswer(netlink_diag_msg{}).bytes()), std::nullopt);
  EXPECT_EQ(read_netlink(DiagAnswer(std::uint64_t{1}).bytes()), std::nullopt);
  EXPECT_EQ(read_packet(DiagAnswer(std::uint64_t{1}).bytes(), interface), std::nullopt);
  EXPECT_EQ(read_vsock(DiagAnswer(std::uint64_t{1}).bytes()), std::nullopt);
  EXPECT_EQ(read_xdp(DiagAnswer(std::uint64_t{1}).bytes(), interface), std::nullopt);
  EXPECT_EQ(read_tipc(DiagAnswer(std::uint64_t{1}).bytes()), std::nullopt);
}

}  // namespace
}  // namespace ajar::tables
