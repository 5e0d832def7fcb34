#include "tables/sockets/socket.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "tables/sockets/address.h"
#include "tables/sockets/socket_type.h"

namespace ajar::tables {
namespace {

using model::Fact;
using model::FactKey;

constexpr std::array<std::string_view, 14> kStates = {
    "",      "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",    "TIME_WAIT",
    "CLOSE", "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "NEW_SYN_RECV", "BOUND_INACTIVE",
};

bool is_inet(const Socket& socket) {
  return socket.family == AF_INET || socket.family == AF_INET6;
}

// Nothing is wrong with it when it has no peer.
bool needs_no_connection(const Socket& socket) {
  return socket.type == SOCK_DGRAM || socket.type == SOCK_RAW || socket.family == AF_UNIX;
}

// Raw sockets have the number of their protocol for a port (inet_num).
std::string end_text(const Socket& socket, const InetEnd& end, const std::string& name) {
  if (!is_inet(socket)) return name;
  const auto address = std::span(end.address).first(socket.family == AF_INET6 ? 16 : 4);
  if (socket.type == SOCK_RAW) {
    const bool none = std::ranges::all_of(address, [](std::byte byte) { return byte == std::byte{0}; });
    return none ? std::string() : format_host(address);
  }
  return end.port == 0 ? std::string() : format_inet(address, end.port);
}

std::string name_of(const Socket& socket, const std::string& from, const std::string& to) {
  std::string text = socket.kind;
  const auto add = [&](std::string_view before, std::string_view word) {
    if (!text.empty()) text += ' ';
    text += before;
    text += word;
  };
  if (!from.empty()) add("", from);
  if (!to.empty()) add("-> ", to);
  if (to.empty() && !from.empty() && socket.state == Socket::State::listen) add("", "(listening)");
  std::string_view before = "(";
  for (const auto& [what, value] : socket.bound_to) {
    if (before == "(") text += text.empty() ? "" : " ";
    text.append(before).append(what).append(" ").append(value);
    before = ", ";
  }
  if (!socket.bound_to.empty()) text += ')';
  return text;
}

}  // namespace

std::string_view Socket::type_name() const {
  return socket_type_name(family, type, protocol);
}

std::string_view Socket::state_name() const {
  if (state == State::close && needs_no_connection(*this)) return "UNCONNECTED";
  const auto number = static_cast<std::size_t>(state);
  return number < kStates.size() ? kStates[number] : std::string_view();
}

std::string Socket::local_text() const {
  return end_text(*this, local, local_name);
}

std::string Socket::peer_text() const {
  return end_text(*this, peer, peer_name);
}

void Socket::add_signs(model::Handle& handle) const {
  if (const std::string_view state_is = state_name(); !state_is.empty())
    handle.facts.push_back({.key = FactKey::socket_state, .number = 0, .text = std::string(state_is)});
  if (peer_gone) handle.facts.push_back({.key = FactKey::other_end_gone, .number = 1, .text = {}});
}

void Socket::describe(model::Handle& handle, SocketDepth depth) const {
  handle.type = type_name();
  if (depth == SocketDepth::signs) return add_signs(handle);
  std::string from = local_text();
  std::string to = peer_text();
  if (std::string name = name_of(*this, from, to); !name.empty()) handle.name = std::move(name);
  const bool in_depth = depth == SocketDepth::packets;
  handle.facts.reserve(handle.facts.size() + (in_depth ? 12 : 3));
  const auto add_text = [&](FactKey key, std::string text) {
    if (!text.empty()) handle.facts.push_back(Fact{.key = key, .number = 0, .text = std::move(text)});
  };
  const auto add_number = [&](FactKey key, std::optional<std::uint64_t> value) {
    if (value.has_value()) handle.facts.push_back(Fact{.key = key, .number = *value, .text = {}});
  };
  add_text(FactKey::local_address, std::move(from));
  add_text(FactKey::peer_address, std::move(to));
  if (in_depth) {
    add_number(FactKey::family, family);
    if (type != 0) add_number(FactKey::socket_type, type);
    add_number(FactKey::protocol, protocol);
  }
  add_text(FactKey::socket_state, std::string(state_name()));
  // Nothing waiting is not worth telling of each; but that a server has no connections waiting is.
  const bool tells_none = state == State::listen;
  if (tells_none || receive_queue.value_or(0) > 0) add_number(FactKey::receive_queue, receive_queue);
  if (tells_none || send_queue.value_or(0) > 0) add_number(FactKey::send_queue, send_queue);
  add_number(FactKey::last_received, last_received_ms);
  add_number(FactKey::last_sent, last_sent_ms);
  add_number(FactKey::last_heard, last_heard_ms);
  if (peer_gone) add_number(FactKey::other_end_gone, 1);
  add_text(FactKey::kind, kind);
  for (const auto& [what, value] : bound_to)
    add_text(FactKey::told, std::string(what).append(": ").append(value));
}

}  // namespace ajar::tables
