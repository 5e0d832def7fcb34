#pragma once

#include <optional>

#include "base/owned_fd.h"
#include "tables/sockets/socket.h"

namespace ajar::tables {

// What a socket itself tells whoever has it. sock_diag does not tell of all: TCP sockets that were never
// connected, or whose connection has been reset; families without a module for it; other network namespaces.
// Nothing is changed by asking. None for what is no socket; the inode is left out.
std::optional<Socket> ask_socket(const base::OwnedFd& socket);

}  // namespace ajar::tables
