#include "tables/sockets/unix_diag.h"

#include <gtest/gtest.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include <array>
#include <optional>
#include <string_view>

#include "tables/sockets/testing/diag_answer.h"

namespace ajar::tables {
namespace {

using State = Socket::State;

struct Told {
  std::uint32_t inode = 1;
  std::uint8_t type = SOCK_STREAM;
  State state = State::established;
  std::optional<std::uint32_t> peer = {};
  std::uint8_t shutdown = 0;
  std::string_view name = {};
};

Socket socket(const Told& told) {
  unix_diag_msg found{};
  found.udiag_family = AF_UNIX;
  found.udiag_type = told.type;
  found.udiag_state = static_cast<std::uint8_t>(told.state);
  found.udiag_ino = told.inode;
  DiagAnswer bytes(found);
  if (!told.name.empty()) bytes.with(UNIX_DIAG_NAME, told.name);
  if (told.peer.has_value()) bytes.with(UNIX_DIAG_PEER, *told.peer);
  bytes.with(UNIX_DIAG_RQLEN, unix_diag_rqlen{.udiag_rqueue = 5, .udiag_wqueue = 768});
  bytes.with(UNIX_DIAG_SHUTDOWN, told.shutdown);
  return read_unix(bytes.bytes()).value().socket;
}

TEST(ReadUnix, KnowsKindStateAndQueues) {
  const Socket stream = socket({.peer = 9});
  EXPECT_EQ(stream.type_name(), "unix stream socket");
  EXPECT_EQ(stream.state_name(), "ESTABLISHED");
  EXPECT_EQ(stream.peer_inode, 9U);
  EXPECT_EQ(stream.receive_queue, 5U);
  EXPECT_EQ(stream.send_queue, 768U);
  EXPECT_EQ(socket({.type = SOCK_SEQPACKET}).type_name(), "unix seqpacket socket");
  EXPECT_EQ(socket({.state = State::close}).state_name(), "UNCONNECTED");
  EXPECT_EQ(socket({.state = State::listen}).state_name(), "LISTEN");
}

TEST(ReadUnix, ADatagramSocketIsConnectedWhereItHasAPeerItself) {
  EXPECT_EQ(socket({.type = SOCK_DGRAM, .state = State::established}).state_name(), "UNCONNECTED")
      << "another one has connected to it";
  EXPECT_EQ(socket({.type = SOCK_DGRAM, .state = State::established, .peer = 9}).state_name(), "ESTABLISHED");
}

TEST(ReadUnix, AStreamsOtherEndIsGoneOnceItHasShutDownBothWays) {
  EXPECT_TRUE(socket({.peer = 0, .shutdown = 3}).peer_gone);
  EXPECT_TRUE(socket({.type = SOCK_SEQPACKET, .peer = 0, .shutdown = 3}).peer_gone);
  EXPECT_FALSE(socket({.peer = 0, .shutdown = 0}).peer_gone) << "not accepted yet";
  EXPECT_FALSE(socket({.peer = 9, .shutdown = 3}).peer_gone) << "it was this end";
  EXPECT_FALSE(socket({.state = State::close, .shutdown = 3}).peer_gone) << "never connected";
}

TEST(ReadUnix, ADatagramSocketsOtherEndIsGoneWithItsNumber) {
  EXPECT_TRUE(socket({.type = SOCK_DGRAM, .peer = 0}).peer_gone);
  EXPECT_FALSE(socket({.type = SOCK_DGRAM, .peer = 9}).peer_gone);
  EXPECT_FALSE(socket({.type = SOCK_DGRAM}).peer_gone);
}

TEST(ConnectUnix, PeersAreCalledByTheirNames) {
  Sockets all = {socket({.inode = 1, .peer = 2}),
                 socket({.inode = 2, .peer = 1, .name = std::string_view("\0bus\0x", 6)})};
  connect_unix(all, {});
  EXPECT_EQ(all[0].peer_text(), "@bus@x");
  EXPECT_EQ(all[1].local_text(), "@bus@x");
  EXPECT_EQ(all[1].peer_text(), "");
}

TEST(ConnectUnix, WhoWaitsToBeAcceptedHasNotLostItsPeer) {
  Sockets all = {socket({.inode = 1, .peer = 0, .shutdown = 3}),
                 socket({.inode = 2, .peer = 0, .shutdown = 3})};
  unix_diag_msg server{};
  server.udiag_state = static_cast<std::uint8_t>(State::listen);
  server.udiag_ino = 3;
  const std::array<std::uint32_t, 3> waiting = {1, 0, 77};
  const auto listening = read_unix(DiagAnswer(server).with(UNIX_DIAG_ICONS, waiting).bytes()).value();
  connect_unix(all, {listening.waiting.begin(), listening.waiting.end()});
  EXPECT_FALSE(all[0].peer_gone) << "it has shut itself down before it was accepted";
  EXPECT_TRUE(all[1].peer_gone);
}

TEST(ReadUnix, WhatIsTooShortIsNone) {
  const DiagAnswer whole(unix_diag_msg{});
  EXPECT_FALSE(read_unix(whole.bytes()).has_value()) << "no inode";
  EXPECT_FALSE(read_unix(whole.bytes().first(8)).has_value());
}

}  // namespace
}  // namespace ajar::tables
