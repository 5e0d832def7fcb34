#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tables/sockets/sock_diag.h"
#include "tables/sockets/socket.h"

// Sockets of families that are neither inet nor unix: each has a request for all of its sockets, and a reader
// of one answer, which gives none for what is no answer or belongs to the kernel itself.
namespace ajar::tables {

// The name of a network interface by its number; empty where there is none.
using InterfaceName = std::function<std::string(std::uint32_t)>;

std::vector<std::byte> netlink_request();  // <linux/netlink_diag.h>
std::optional<Socket> read_netlink(Bytes payload);

std::vector<std::byte> packet_request();  // <linux/packet_diag.h>
std::optional<Socket> read_packet(Bytes payload, const InterfaceName& interface_name);

std::vector<std::byte> vsock_request();  // <linux/vm_sockets_diag.h>
std::optional<Socket> read_vsock(Bytes payload);

std::vector<std::byte> xdp_request();  // <linux/xdp_diag.h>
std::optional<Socket> read_xdp(Bytes payload, const InterfaceName& interface_name);

std::vector<std::byte> tipc_request();  // <linux/tipc_sockets_diag.h>, <linux/tipc_netlink.h>
std::optional<Socket> read_tipc(Bytes payload);

}  // namespace ajar::tables
