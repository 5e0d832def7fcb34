#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace ajar::tables {

// Sends one dump request (a struct of <linux/…_diag.h>) to the kernel's NETLINK_SOCK_DIAG and hands the
// payload of each answer to `answer`. Ends early, and silently, where the kernel refuses or stops.
void dump_sockets(std::span<const std::byte> request,
                  const std::function<void(std::span<const std::byte>)>& answer);

}  // namespace ajar::tables
