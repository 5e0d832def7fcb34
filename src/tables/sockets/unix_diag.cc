#include "tables/sockets/unix_diag.h"

#include <linux/unix_diag.h>
#include <sys/socket.h>

#include <unordered_map>

#include "tables/sockets/address.h"

namespace ajar::tables {
namespace {

constexpr std::uint8_t kShutBothWays = 3;  // RCV_SHUTDOWN | SEND_SHUTDOWN

// A socket that is connected has a peer as long as it lives (net/unix/af_unix.c). The peer's inode is 0 once
// it has been closed, and until it has been accepted. Closing a stream shuts the other end down both ways
// (unix_release_sock); being accepted is awaited by streams only.
void judge_peer(Socket& socket, std::optional<std::uint32_t> peer, std::uint8_t shut_down) {
  using enum Socket::State;
  const bool datagrams = socket.type == SOCK_DGRAM;
  // The kernel calls a datagram socket established, too, once another has connected to it.
  if (datagrams) socket.state = peer.has_value() ? established : close;
  if (!peer.has_value()) return;
  socket.peer_inode = *peer;
  socket.peer_gone = *peer == 0 && (datagrams || shut_down == kShutBothWays);
}

}  // namespace

std::vector<std::byte> unix_request(SocketDepth depth) {
  unix_diag_req request{};
  request.sdiag_family = AF_UNIX;
  request.udiag_states = ~0U;
  request.udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_ICONS;
  if (depth != SocketDepth::signs) request.udiag_show |= UDIAG_SHOW_NAME | UDIAG_SHOW_RQLEN;
  const Bytes bytes = bytes_of(request);
  return {bytes.begin(), bytes.end()};
}

std::optional<UnixAnswer> read_unix(Bytes payload) {
  base::ByteReader in(payload);
  const auto found = take<unix_diag_msg>(in);
  if (!in.ok() || found.udiag_ino == 0) return std::nullopt;
  UnixAnswer answer;
  Socket& socket = answer.socket;
  socket.inode = found.udiag_ino;
  socket.family = AF_UNIX;
  socket.type = found.udiag_type;
  socket.state = static_cast<Socket::State>(found.udiag_state);
  std::optional<std::uint32_t> peer;
  std::uint8_t shut_down = 0;
  for_each_attribute(in, [&](std::uint16_t type, Bytes value) {
    if (type == UNIX_DIAG_NAME) socket.local_name = format_unix(value);
    if (type == UNIX_DIAG_PEER) peer = value_of<std::uint32_t>(value);
    if (type == UNIX_DIAG_SHUTDOWN) shut_down = value_of<std::uint8_t>(value);
    if (type == UNIX_DIAG_RQLEN) {
      const auto queues = value_of<unix_diag_rqlen>(value);
      socket.receive_queue = queues.udiag_rqueue;
      socket.send_queue = queues.udiag_wqueue;
    }
    if (type == UNIX_DIAG_ICONS) {
      base::ByteReader inodes(value);
      while (inodes.remaining() >= sizeof(std::uint32_t))
        answer.waiting.push_back(take<std::uint32_t>(inodes));
    }
  });
  judge_peer(socket, peer, shut_down);
  return answer;
}

void connect_unix(Sockets& sockets, const std::unordered_set<std::uint32_t>& waiting) {
  std::unordered_map<std::uint64_t, const std::string*> names;
  for (const Socket& socket : sockets) {
    if (!socket.local_name.empty()) names.emplace(socket.inode, &socket.local_name);
  }
  for (Socket& socket : sockets) {
    const auto name = names.find(socket.peer_inode);
    if (name != names.end()) socket.peer_name = *name->second;
    if (waiting.contains(static_cast<std::uint32_t>(socket.inode))) socket.peer_gone = false;
  }
}

}  // namespace ajar::tables
