#include "tables/sockets/inet_diag.h"

#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ajar::tables {
namespace {

constexpr std::uint32_t kSctp = 132;
constexpr std::uint32_t kMptcp = 262;

// Those that may belong to somebody: the others have no inode, and there may be many.
constexpr std::uint32_t kStates = ~(1U << 3U | 1U << 6U | 1U << 12U);  // SYN_RECV, TIME_WAIT, NEW_SYN_RECV

std::uint32_t socket_type(std::uint32_t protocol) {
  switch (protocol) {
    case IPPROTO_TCP:
    case kMptcp:
      return SOCK_STREAM;
    case kSctp:
      return 0;  // SOCK_STREAM or SOCK_SEQPACKET: the kernel does not tell
    case IPPROTO_RAW:
      return SOCK_RAW;
    default:
      return SOCK_DGRAM;
  }
}

InetEnd end_of(const std::uint32_t (&address)[4], std::uint16_t port) {
  InetEnd end{.address = {}, .port = ntohs(port)};
  std::memcpy(end.address.data(), address, sizeof address);
  return end;
}

bool peer_has_finished(Socket::State state) {
  return state == Socket::State::close_wait || state == Socket::State::last_ack ||
         state == Socket::State::closing;
}

// The times of tcp_info, which grows with the kernel (bytes_received came with 4.1, bytes_sent with 4.19).
// They count from the connection's start where there was no data yet; a FIN counts as a byte.
void read_times(Socket& socket, Bytes value) {
  if (value.size() < offsetof(tcp_info, tcpi_pmtu) || socket.state == Socket::State::listen) return;
  tcp_info info{};
  std::memcpy(&info, value.data(), std::min(value.size(), sizeof info));
  const bool tells_received = value.size() >= offsetof(tcp_info, tcpi_segs_out);
  const bool tells_sent = value.size() >= offsetof(tcp_info, tcpi_bytes_retrans);
  const std::uint64_t fin = peer_has_finished(socket.state) ? 1 : 0;
  socket.last_heard_ms = info.tcpi_last_ack_recv;
  if (!tells_received || info.tcpi_bytes_received > fin) {
    socket.last_received_ms = info.tcpi_last_data_recv;
    socket.last_heard_ms = std::min(info.tcpi_last_ack_recv, info.tcpi_last_data_recv);
  }
  if (!tells_sent || info.tcpi_bytes_sent > 0) socket.last_sent_ms = info.tcpi_last_data_sent;
}

}  // namespace

std::string raw_kind(std::uint32_t protocol) {
  // <linux/in.h>
  constexpr std::pair<std::uint32_t, const char*> kNames[] = {
      {0, "IPPROTO_IP"},       {1, "IPPROTO_ICMP"},   {2, "IPPROTO_IGMP"},  {4, "IPPROTO_IPIP"},
      {6, "IPPROTO_TCP"},      {17, "IPPROTO_UDP"},   {41, "IPPROTO_IPV6"}, {46, "IPPROTO_RSVP"},
      {47, "IPPROTO_GRE"},     {50, "IPPROTO_ESP"},   {51, "IPPROTO_AH"},   {58, "IPPROTO_ICMPV6"},
      {89, "IPPROTO_OSPFIGP"}, {112, "IPPROTO_VRRP"}, {103, "IPPROTO_PIM"}, {132, "IPPROTO_SCTP"},
      {255, "IPPROTO_RAW"},
  };
  const auto* found = std::ranges::find(kNames, protocol, &std::pair<std::uint32_t, const char*>::first);
  return found != std::end(kNames) ? found->second : "protocol " + std::to_string(protocol);
}

std::vector<std::byte> inet_request(std::uint8_t family, std::uint32_t protocol, SocketDepth depth) {
  struct {
    inet_diag_req_v2 request{};
    rtattr attribute{};
    std::uint32_t protocol = 0;
  } message;
  message.request.sdiag_family = family;
  message.request.idiag_states = kStates;
  if (depth == SocketDepth::packets) message.request.idiag_ext = 1U << (INET_DIAG_INFO - 1);
  // Numbers above 255 do not fit into the struct.
  const bool fits = protocol <= 0xff;
  message.request.sdiag_protocol = static_cast<std::uint8_t>(fits ? protocol : 0xff);
  message.attribute = {.rta_len = sizeof(rtattr) + sizeof protocol, .rta_type = INET_DIAG_REQ_PROTOCOL};
  message.protocol = protocol;
  const Bytes bytes = bytes_of(message).first(fits ? sizeof message.request : sizeof message);
  return {bytes.begin(), bytes.end()};
}

std::optional<Socket> read_inet(Bytes payload, std::uint32_t protocol) {
  base::ByteReader in(payload);
  const auto found = take<inet_diag_msg>(in);
  if (!in.ok() || found.idiag_inode == 0) return std::nullopt;
  Socket socket;
  socket.inode = found.idiag_inode;
  socket.family = found.idiag_family;
  socket.type = socket_type(protocol);
  socket.protocol = protocol;
  socket.state = static_cast<Socket::State>(found.idiag_state);
  socket.local = end_of(found.id.idiag_src, found.id.idiag_sport);
  socket.peer = end_of(found.id.idiag_dst, found.id.idiag_dport);
  socket.receive_queue = found.idiag_rqueue;
  socket.send_queue = found.idiag_wqueue;
  if (protocol == IPPROTO_TCP && peer_has_finished(socket.state) && found.idiag_rqueue > 0) {
    socket.receive_queue = found.idiag_rqueue - 1;  // the FIN is counted, but is no data
  }
  bool is_association = false;
  for_each_attribute(in, [&](std::uint16_t type, Bytes value) {
    if (type == INET_DIAG_INFO && protocol == IPPROTO_TCP) read_times(socket, value);
    if (type == INET_DIAG_PROTOCOL && protocol == IPPROTO_RAW)
      socket.protocol = value_of<std::uint8_t>(value);
    if (type == INET_DIAG_PEERS) is_association = true;
  });
  if (protocol == IPPROTO_RAW) socket.kind = raw_kind(socket.protocol);
  if (protocol == kSctp && is_association) {
    socket.state = Socket::State::none;  // associations have states of their own
  } else if (protocol == kSctp && socket.state != Socket::State::listen) {
    socket.receive_queue.reset();  // of waiting connections, even where there can be none
    socket.send_queue.reset();
  }
  return socket;
}

void complete(Socket& endpoint, const Socket& association) {
  if (endpoint.state == Socket::State::listen) return;
  if (endpoint.local.port == 0) endpoint.local = association.local;
  if (endpoint.peer.port == 0) endpoint.peer = association.peer;
  if (!endpoint.receive_queue) endpoint.receive_queue = association.receive_queue;
  if (!endpoint.send_queue) endpoint.send_queue = association.send_queue;
}

}  // namespace ajar::tables
