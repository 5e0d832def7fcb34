#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/snapshot.h"

namespace ajar::tables {

// How much is asked, and told, of sockets.
enum class SocketDepth : std::uint8_t {
  signs,    // what kind they are and whether they are still connected
  states,   // and what to: where there are many, naming each takes longer than all the rest
  packets,  // and when packets last came and went, which costs the kernel half as much again; and numbers
};

// An end of an inet connection.
struct InetEnd {
  std::array<std::byte, 16> address{};  // of IPv4 the first four; in the order of the network
  std::uint16_t port = 0;               // 0: none

  auto operator<=>(const InetEnd&) const = default;
};

// What the kernel tells of one socket (sock_diag), as far as it does. Plain values, by the kernel's numbers:
// there may be many, of which few are looked at.
struct Socket {
  // Those of <netinet/tcp.h>, which other families use as well. Datagram sockets are established or closed.
  enum class State : std::uint8_t {
    none = 0,  // a family that has no states
    established = 1,
    syn_sent = 2,
    syn_received = 3,
    fin_wait1 = 4,
    fin_wait2 = 5,
    time_wait = 6,
    close = 7,
    close_wait = 8,
    last_ack = 9,
    listen = 10,
    closing = 11,
    new_syn_received = 12,
    bound_inactive = 13,
  };

  std::uint64_t inode = 0;
  std::uint32_t family = 0;    // AF_…
  std::uint32_t type = 0;      // SOCK_…; 0: not told
  std::uint32_t protocol = 0;  // IPPROTO_…, NETLINK_…, ETH_P_…
  State state = State::none;
  bool peer_gone = false;        // it was connected, and its peer has been closed
  std::uint64_t peer_inode = 0;  // of a unix socket's peer; 0: none, or not accepted yet
  InetEnd local, peer;           // of inet
  // Of others: "/run/x.sock", "2:1024". A unix socket's peer has the name that it was bound to.
  std::string local_name, peer_name;
  std::string kind;  // "NETLINK_ROUTE", "ETH_P_ALL"; empty: the type says it all
  std::vector<std::pair<std::string, std::string>> bound_to;  // beyond an address: "groups" "1, 5"
  std::optional<std::uint32_t> receive_queue, send_queue;     // as the facts of these names have them
  std::optional<std::uint32_t> last_received_ms, last_sent_ms, last_heard_ms;

  bool operator==(const Socket&) const = default;

  // "tcp socket", "unix stream socket" …
  [[nodiscard]] std::string_view type_name() const;

  // "CLOSE_WAIT", "LISTEN", "ESTABLISHED"; of those that need no connection, and of unix sockets,
  // "UNCONNECTED". Empty where there is no such thing.
  [[nodiscard]] std::string_view state_name() const;

  // As people write addresses (address.h); empty for none.
  [[nodiscard]] std::string local_text() const;
  [[nodiscard]] std::string peer_text() const;

  // Gives a handle its type, the facts (but for the inode), and for a name "127.0.0.1:51544 ->
  // 127.0.0.1:9000",
  // "/run/x.sock (listening)", "-> /run/x.sock", "NETLINK_ROUTE 812 (groups 1, 5)". It keeps the name that it
  // has where there is nothing to say.
  // With SocketDepth::signs it keeps its name, and of the facts it gets the state and whether its other end
  // is gone.
  void describe(model::Handle& handle, SocketDepth depth) const;

 private:
  void add_signs(model::Handle& handle) const;
};

// Many of them, which stay where they are while more come.
using Sockets = std::pmr::deque<Socket>;

}  // namespace ajar::tables
