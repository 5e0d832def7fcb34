#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "platform/procfs.h"
#include "tables/sockets/socket_names.h"

namespace ajar::tables {

// The sockets of the network namespaces of the processes that are looked at. One thread at a time.
class SocketTables {
 public:
  explicit SocketTables(SocketDepth depth = SocketDepth::states) : depth_(depth) {}

  // Those of the process's namespace: where ajar may not enter it nothing is found, and can_ask() is false.
  // Holds as long as this.
  const SocketNames& of(const platform::ProcFs& proc, std::int64_t pid);

 private:
  SocketDepth depth_;
  std::map<std::string, std::unique_ptr<SocketNames>> namespaces_;  // by network_namespace_of()
};

}  // namespace ajar::tables
