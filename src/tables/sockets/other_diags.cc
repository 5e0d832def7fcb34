#include "tables/sockets/other_diags.h"

#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tipc_netlink.h>
#include <linux/tipc_sockets_diag.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <string_view>
#include <utility>

#include "tables/sockets/address.h"

namespace ajar::tables {
namespace {

constexpr std::uint32_t kAllStates = ~0U;

using Name = std::pair<std::uint32_t, std::string_view>;

// <linux/netlink.h>
constexpr Name kNetlinkProtocols[] = {
    {0, "NETLINK_ROUTE"},
    {2, "NETLINK_USERSOCK"},
    {4, "NETLINK_SOCK_DIAG"},
    {5, "NETLINK_NFLOG"},
    {6, "NETLINK_XFRM"},
    {7, "NETLINK_SELINUX"},
    {8, "NETLINK_ISCSI"},
    {9, "NETLINK_AUDIT"},
    {10, "NETLINK_FIB_LOOKUP"},
    {11, "NETLINK_CONNECTOR"},
    {12, "NETLINK_NETFILTER"},
    {13, "NETLINK_IP6_FW"},
    {15, "NETLINK_KOBJECT_UEVENT"},
    {16, "NETLINK_GENERIC"},
    {18, "NETLINK_SCSITRANSPORT"},
    {19, "NETLINK_ECRYPTFS"},
    {20, "NETLINK_RDMA"},
    {21, "NETLINK_CRYPTO"},
    {22, "NETLINK_SMC"},
};

// <linux/if_ether.h>: those that programs listen for.
constexpr Name kEthernetProtocols[] = {
    {ETH_P_ALL, "ETH_P_ALL"},         {ETH_P_IP, "ETH_P_IP"},
    {ETH_P_ARP, "ETH_P_ARP"},         {ETH_P_RARP, "ETH_P_RARP"},
    {ETH_P_8021Q, "ETH_P_8021Q"},     {ETH_P_IPV6, "ETH_P_IPV6"},
    {ETH_P_SLOW, "ETH_P_SLOW"},       {ETH_P_PPP_DISC, "ETH_P_PPP_DISC"},
    {ETH_P_PPP_SES, "ETH_P_PPP_SES"}, {ETH_P_PAE, "ETH_P_PAE"},
    {ETH_P_AOE, "ETH_P_AOE"},         {ETH_P_LLDP, "ETH_P_LLDP"},
    {ETH_P_1588, "ETH_P_1588"},       {ETH_P_802_2, "ETH_P_802_2"},
    {ETH_P_TIPC, "ETH_P_TIPC"},
};

template <std::size_t Size>
std::string name_of(const Name (&names)[Size], std::uint32_t number, std::string otherwise) {
  const auto* found = std::ranges::find(names, number, &Name::first);
  return found == std::end(names) ? std::move(otherwise) : std::string(found->second);
}

template <typename Request>
std::vector<std::byte> bytes_for(const Request& request) {
  const Bytes bytes = bytes_of(request);
  return {bytes.begin(), bytes.end()};
}

// SK_MEMINFO_…: the memory of what waits to be read and to be sent, which is all that these families count.
void read_memory(Socket& socket, Bytes value) {
  const auto memory = value_of<std::array<std::uint32_t, SK_MEMINFO_WMEM_ALLOC + 1>>(value);
  socket.receive_queue = memory[SK_MEMINFO_RMEM_ALLOC];
  socket.send_queue = memory[SK_MEMINFO_WMEM_ALLOC];
}

// Group n is bit n - 1 of an array of longs.
std::string group_numbers(Bytes bitmap) {
  std::string text;
  for (std::size_t i = 0; i < bitmap.size() * 8; ++i) {
    if ((std::to_integer<unsigned>(bitmap[i / 8]) >> (i % 8) & 1U) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(i + 1);
  }
  return text;
}

std::string hex(std::uint32_t number) {
  std::array<char, 8> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return {digits.data(), end};
}

void bind_to_interface(Socket& socket, std::uint32_t index, const InterfaceName& interface_name) {
  if (index == 0) return;
  std::string name = interface_name(index);
  socket.bound_to.emplace_back("interface", name.empty() ? std::to_string(index) : std::move(name));
}

}  // namespace

std::vector<std::byte> netlink_request() {
  netlink_diag_req request{};
  request.sdiag_family = AF_NETLINK;
  request.sdiag_protocol = NDIAG_PROTO_ALL;
  request.ndiag_show = NDIAG_SHOW_GROUPS | NDIAG_SHOW_MEMINFO;
  return bytes_for(request);
}

std::optional<Socket> read_netlink(Bytes payload) {
  base::ByteReader in(payload);
  const auto found = take<netlink_diag_msg>(in);
  if (!in.ok() || found.ndiag_ino == 0) return std::nullopt;
  Socket socket;
  socket.inode = found.ndiag_ino;
  socket.family = AF_NETLINK;
  socket.type = found.ndiag_type;
  socket.protocol = found.ndiag_protocol;
  socket.kind =
      name_of(kNetlinkProtocols, found.ndiag_protocol, "protocol " + std::to_string(found.ndiag_protocol));
  if (found.ndiag_portid != 0) socket.local_name = std::to_string(found.ndiag_portid);
  for_each_attribute(in, [&](std::uint16_t type, Bytes value) {
    if (type == NETLINK_DIAG_MEMINFO) read_memory(socket, value);
    if (type != NETLINK_DIAG_GROUPS) return;
    if (std::string groups = group_numbers(value); !groups.empty()) {
      socket.bound_to.emplace_back("groups", std::move(groups));
    }
  });
  return socket;
}

std::vector<std::byte> packet_request() {
  packet_diag_req request{};
  request.sdiag_family = AF_PACKET;
  request.pdiag_show = PACKET_SHOW_INFO | PACKET_SHOW_MEMINFO;
  return bytes_for(request);
}

std::optional<Socket> read_packet(Bytes payload, const InterfaceName& interface_name) {
  base::ByteReader in(payload);
  const auto found = take<packet_diag_msg>(in);
  if (!in.ok() || found.pdiag_ino == 0) return std::nullopt;
  Socket socket;
  socket.inode = found.pdiag_ino;
  socket.family = AF_PACKET;
  socket.type = found.pdiag_type;
  socket.protocol = found.pdiag_num;
  // 0 receives nothing.
  if (found.pdiag_num != 0) {
    socket.kind = name_of(kEthernetProtocols, found.pdiag_num, "0x" + hex(found.pdiag_num));
  }
  for_each_attribute(in, [&](std::uint16_t type, Bytes value) {
    if (type == PACKET_DIAG_MEMINFO) read_memory(socket, value);
    if (type == PACKET_DIAG_INFO) {
      bind_to_interface(socket, value_of<packet_diag_info>(value).pdi_index, interface_name);
    }
  });
  return socket;
}

std::vector<std::byte> vsock_request() {
  vsock_diag_req request{};
  request.sdiag_family = AF_VSOCK;
  request.vdiag_states = kAllStates;
  return bytes_for(request);
}

std::optional<Socket> read_vsock(Bytes payload) {
  base::ByteReader in(payload);
  const auto found = take<vsock_diag_msg>(in);
  if (!in.ok() || found.vdiag_ino == 0) return std::nullopt;
  Socket socket;
  socket.inode = found.vdiag_ino;
  socket.family = AF_VSOCK;
  socket.type = found.vdiag_type;
  socket.state = static_cast<Socket::State>(found.vdiag_state);
  socket.local_name = format_vsock(found.vdiag_src_cid, found.vdiag_src_port);
  socket.peer_name = format_vsock(found.vdiag_dst_cid, found.vdiag_dst_port);
  return socket;
}

std::vector<std::byte> xdp_request() {
  xdp_diag_req request{};
  request.sdiag_family = AF_XDP;
  request.xdiag_show = XDP_SHOW_INFO;
  return bytes_for(request);
}

std::optional<Socket> read_xdp(Bytes payload, const InterfaceName& interface_name) {
  base::ByteReader in(payload);
  const auto found = take<xdp_diag_msg>(in);
  if (!in.ok() || found.xdiag_ino == 0) return std::nullopt;
  Socket socket;
  socket.inode = found.xdiag_ino;
  socket.family = AF_XDP;
  socket.type = found.xdiag_type;
  for_each_attribute(in, [&](std::uint16_t type, Bytes value) {
    if (type != XDP_DIAG_INFO) return;
    const auto info = value_of<xdp_diag_info>(value);
    bind_to_interface(socket, info.ifindex, interface_name);
    if (info.ifindex != 0) socket.bound_to.emplace_back("queue", std::to_string(info.queue_id));
  });
  return socket;
}

std::vector<std::byte> tipc_request() {
  tipc_sock_diag_req request{};
  request.sdiag_family = AF_TIPC;
  request.tidiag_states = kAllStates;
  return bytes_for(request);
}

// No struct: one attribute that holds the others (tipc_sk_fill_sock_diag).
std::optional<Socket> read_tipc(Bytes payload) {
  Socket socket;
  socket.family = AF_TIPC;
  std::uint32_t address = 0;
  std::optional<std::uint32_t> port;
  const auto read_one = [&](std::uint16_t type, Bytes value) {
    const auto number = value_of<std::uint32_t>(value);
    if (type == TIPC_NLA_SOCK_INO) socket.inode = number;
    if (type == TIPC_NLA_SOCK_TYPE) socket.type = number;
    if (type == TIPC_NLA_SOCK_TIPC_STATE) socket.state = static_cast<Socket::State>(number);
    if (type == TIPC_NLA_SOCK_ADDR) address = number;
    if (type == TIPC_NLA_SOCK_REF) port = number;
  };
  base::ByteReader in(payload);
  for_each_attribute(in, [&](std::uint16_t type, Bytes value) {
    if (type != TIPC_NLA_SOCK) return;
    base::ByteReader inner(value);
    for_each_attribute(inner, read_one);
  });
  if (socket.inode == 0) return std::nullopt;
  if (port.has_value()) socket.local_name = hex(address) + ":" + std::to_string(*port);
  return socket;
}

}  // namespace ajar::tables
