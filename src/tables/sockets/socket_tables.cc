#include "tables/sockets/socket_tables.h"

#include "tables/sockets/network_namespace.h"

namespace ajar::tables {

const SocketNames& SocketTables::of(const platform::ProcFs& proc, std::int64_t pid) {
  const auto [at, is_new] = namespaces_.try_emplace(network_namespace_of(proc, pid));
  if (is_new) at->second = std::make_unique<SocketNames>(sock_diag_for(proc, pid), depth_);
  return *at->second;
}

}  // namespace ajar::tables
