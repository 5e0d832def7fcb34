#include "tables/sockets/inet_diag.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <sys/socket.h>

#include <string>

#include "tables/sockets/testing/diag_answer.h"

// Answers as the kernel would give them, also those that the kernel of the test can't.
namespace ajar::tables {
namespace {

using State = Socket::State;

constexpr std::uint32_t kTcp = 6;
constexpr std::uint32_t kSctp = 132;
constexpr std::uint32_t kMptcp = 262;
constexpr std::uint32_t kRaw = 255;

inet_diag_msg message(State state, std::uint16_t from, std::uint16_t to) {
  inet_diag_msg found{};
  found.idiag_family = AF_INET;
  found.idiag_state = static_cast<std::uint8_t>(state);
  found.idiag_inode = 77;
  found.id.idiag_sport = htons(from);
  found.id.idiag_dport = htons(to);
  found.id.idiag_src[0] = htonl(0x0a000004);
  found.id.idiag_dst[0] = htonl(0x0a000009);
  return found;
}

model::Handle described(const Socket& socket) {
  model::Handle handle{.value = 3, .type = "socket", .name = "socket:[77]", .facts = {}};
  socket.describe(handle, SocketDepth::packets);
  return handle;
}

tcp_info info(std::uint32_t received_ago, std::uint32_t sent_ago, std::uint32_t heard_ago) {
  tcp_info info{};
  info.tcpi_last_data_recv = received_ago;
  info.tcpi_last_data_sent = sent_ago;
  info.tcpi_last_ack_recv = heard_ago;
  return info;
}

Socket with_info(State state, const tcp_info& info, std::size_t size = sizeof(tcp_info)) {
  const Bytes value = bytes_of(info).first(size);
  return read_inet(DiagAnswer(message(state, 443, 51544)).with(INET_DIAG_INFO, value).bytes(), kTcp).value();
}

TEST(ReadInet, HasEndsStateAndQueues) {
  inet_diag_msg found = message(State::established, 443, 51544);
  found.idiag_rqueue = 12;
  found.idiag_wqueue = 34;
  const Socket socket = read_inet(DiagAnswer(found).bytes(), kTcp).value();
  EXPECT_EQ(socket.inode, 77U);
  EXPECT_EQ(socket.type_name(), "tcp socket");
  EXPECT_EQ(socket.state_name(), "ESTABLISHED");
  EXPECT_EQ(socket.receive_queue, 12U);
  EXPECT_EQ(socket.send_queue, 34U);
  EXPECT_EQ(socket.last_heard_ms, std::nullopt);
  const model::Handle handle = described(socket);
  EXPECT_EQ(handle.type, "tcp socket");
  EXPECT_EQ(handle.name, "10.0.0.4:443 -> 10.0.0.9:51544");
}

TEST(ReadInet, OfADatagramSocketWithoutAPeerIsUnconnectedRatherThanClosed) {
  const Socket udp = read_inet(DiagAnswer(message(State::close, 53, 0)).bytes(), 17).value();
  EXPECT_EQ(udp.type_name(), "udp socket");
  EXPECT_EQ(udp.state_name(), "UNCONNECTED");
  EXPECT_EQ(udp.peer_text(), "");
  EXPECT_EQ(read_inet(DiagAnswer(message(State::close, 53, 0)).bytes(), kTcp)->state_name(), "CLOSE");
}

TEST(ReadInet, ThePeersFinIsNoByteToRead) {
  for (const State state : {State::close_wait, State::last_ack, State::closing}) {
    inet_diag_msg found = message(state, 443, 51544);
    found.idiag_rqueue = 1;
    EXPECT_EQ(read_inet(DiagAnswer(found).bytes(), kTcp)->receive_queue, 0U);
    found.idiag_rqueue = 0;  // the end has been read
    EXPECT_EQ(read_inet(DiagAnswer(found).bytes(), kTcp)->receive_queue, 0U);
  }
  inet_diag_msg open = message(State::established, 443, 51544);
  open.idiag_rqueue = 1;
  EXPECT_EQ(read_inet(DiagAnswer(open).bytes(), kTcp)->receive_queue, 1U);
}

TEST(ReadInet, WhatBelongsToNobodyIsNone) {
  inet_diag_msg waiting = message(State::established, 443, 51544);
  waiting.idiag_inode = 0;
  EXPECT_EQ(read_inet(DiagAnswer(waiting).bytes(), kTcp), std::nullopt);
  const DiagAnswer whole(message(State::established, 443, 51544));
  EXPECT_EQ(read_inet(whole.bytes().first(sizeof(inet_diag_msg) - 1), kTcp), std::nullopt);
}

TEST(ReadInet, TimesAreOfDataThatThereWas) {
  tcp_info both = info(200, 500, 90);
  both.tcpi_bytes_received = 10;
  both.tcpi_bytes_sent = 20;
  const Socket active = with_info(State::established, both);
  EXPECT_EQ(active.last_received_ms, 200U);
  EXPECT_EQ(active.last_sent_ms, 500U);
  EXPECT_EQ(active.last_heard_ms, 90U);

  const Socket silent = with_info(State::established, info(700, 700, 650));
  EXPECT_EQ(silent.last_received_ms, std::nullopt) << "the kernel counts from when it was connected";
  EXPECT_EQ(silent.last_sent_ms, std::nullopt);
  EXPECT_EQ(silent.last_heard_ms, 650U);
}

TEST(ReadInet, ThePeersFinIsHeardAndNoData) {
  tcp_info finished = info(90'000, 90'000, 41'000);
  finished.tcpi_bytes_received = 1;
  const Socket hung_up = with_info(State::close_wait, finished);
  EXPECT_EQ(hung_up.last_received_ms, std::nullopt);
  EXPECT_EQ(hung_up.last_heard_ms, 41'000U);
}

TEST(ReadInet, DataCountsAsHeardWhereItAcknowledgesNothingNew) {
  tcp_info pushed = info(20, 800, 700);
  pushed.tcpi_bytes_received = 5;
  EXPECT_EQ(with_info(State::established, pushed).last_heard_ms, 20U);
}

TEST(ReadInet, TimesOfOlderKernelsComeWithoutCounts) {
  const Socket old = with_info(State::established, info(200, 500, 90), offsetof(tcp_info, tcpi_pacing_rate));
  EXPECT_EQ(old.last_received_ms, 200U);
  EXPECT_EQ(old.last_sent_ms, 500U);
  const Socket too_short = with_info(State::established, info(200, 500, 90), 40);
  EXPECT_EQ(too_short.last_heard_ms, std::nullopt);
}

TEST(ReadInet, AServerHasNoTimes) {
  EXPECT_EQ(with_info(State::listen, info(1, 1, 1)).last_heard_ms, std::nullopt);
}

TEST(ReadInet, OfMptcpTheInformationIsAnotherStruct) {
  const auto answer = DiagAnswer(message(State::established, 1, 2)).with(INET_DIAG_INFO, info(1, 2, 3));
  const Socket socket = read_inet(answer.bytes(), kMptcp).value();
  EXPECT_EQ(socket.type_name(), "mptcp socket");
  EXPECT_EQ(socket.last_heard_ms, std::nullopt);
}

TEST(ReadInet, OfARawSocketThePortIsItsProtocol) {
  const auto answer = DiagAnswer(message(State::close, 1, 0)).with(INET_DIAG_PROTOCOL, std::uint8_t{1});
  inet_diag_msg bound_to_any = message(State::close, 200, 0);
  bound_to_any.id.idiag_src[0] = 0;
  bound_to_any.id.idiag_dst[0] = 0;
  const auto other = DiagAnswer(bound_to_any).with(INET_DIAG_PROTOCOL, std::uint8_t{200});
  Socket socket = read_inet(answer.bytes(), kRaw).value();
  EXPECT_EQ(socket.type_name(), "raw socket");
  EXPECT_EQ(socket.protocol, 1U);
  socket.peer = {};
  EXPECT_EQ(described(socket).name, "IPPROTO_ICMP 10.0.0.4");
  EXPECT_EQ(described(read_inet(other.bytes(), kRaw).value()).name, "protocol 200");
}

// net/sctp/diag.c: the endpoint, then each association with the same inode.
TEST(ReadInet, AnSctpSocketIsCompletedByItsAssociation) {
  inet_diag_msg endpoint = message(State::established, 5000, 0);
  endpoint.idiag_wqueue = 128;  // the backlog of a server that it is not
  inet_diag_msg association = message(State::syn_received, 5000, 6000);  // COOKIE… by another list of states
  association.idiag_rqueue = 9;
  association.idiag_wqueue = 8;
  Socket socket = read_inet(DiagAnswer(endpoint).bytes(), kSctp).value();
  EXPECT_EQ(socket.send_queue, std::nullopt);
  const auto answer = DiagAnswer(association).with(INET_DIAG_PEERS, std::string_view("addresses"));
  complete(socket, read_inet(answer.bytes(), kSctp).value());
  EXPECT_EQ(socket.type_name(), "sctp socket");
  EXPECT_EQ(socket.state_name(), "ESTABLISHED");
  EXPECT_EQ(socket.receive_queue, 9U);
  EXPECT_EQ(socket.send_queue, 8U);
  const model::Handle handle = described(socket);
  EXPECT_EQ(handle.name, "10.0.0.4:5000 -> 10.0.0.9:6000");
  EXPECT_EQ(model::find_fact(handle.facts, model::FactKey::socket_type), nullptr)
      << "the kernel does not tell SOCK_STREAM from SOCK_SEQPACKET";
}

TEST(ReadInet, AnSctpServerKeepsItsBacklog) {
  inet_diag_msg server = message(State::listen, 5000, 0);
  server.idiag_rqueue = 2;
  server.idiag_wqueue = 128;
  Socket socket = read_inet(DiagAnswer(server).bytes(), kSctp).value();
  const auto association =
      DiagAnswer(message(State::close, 5000, 6000)).with(INET_DIAG_PEERS, std::string_view("x"));
  complete(socket, read_inet(association.bytes(), kSctp).value());
  EXPECT_EQ(socket.peer_text(), "");
  EXPECT_EQ(socket.receive_queue, 2U);
  EXPECT_EQ(socket.send_queue, 128U);
}

}  // namespace
}  // namespace ajar::tables
