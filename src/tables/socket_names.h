#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/procfs.h"

namespace ajar::tables {

// What the kernel knows of one socket.
struct SocketName {
  std::string_view type;  // "tcp socket"
  std::string local, peer;
  std::uint32_t family = 0;
  std::uint32_t socket_type = 0;
  std::uint32_t protocol = 0;
  std::string_view state;  // "CLOSE_WAIT"; empty where sockets of its kind have none
  // Bytes; of a listening one: connections that wait, and how many may.
  std::uint64_t receive_queue = 0, send_queue = 0;
  std::optional<std::uint32_t> last_received_ms = {}, last_sent_ms = {};  // ago, data; where it was asked for
  std::uint64_t peer_inode = 0;                                           // of a unix socket
  bool peer_gone = false;                                                 // a unix socket that was connected

  [[nodiscard]] bool listening() const { return state == "LISTEN"; }

  // "127.0.0.1:51544 -> 127.0.0.1:9000", "/run/x.sock (listening)", "-> /run/x.sock"; empty where the socket
  // has no address.
  [[nodiscard]] std::string text() const;
};

// The names of the sockets of one network namespace, by inode, as the kernel's sock_diag tells them. Once
// filled it may be read by several threads.
class SocketNames {
 public:
  enum class Depth : std::uint8_t {
    states,   // all but the times
    packets,  // and when data last came and went, which costs the kernel a lock for each connection
  };

  // Asks the kernel for all of those of ajar's own namespace, or of the calling thread's. What it does not
  // tell (a kernel without that module, a sandbox, TCP sockets that are neither bound nor connected) is not
  // there.
  static SocketNames load(Depth depth = Depth::states);

  // nullptr where it was not told.
  [[nodiscard]] const SocketName* find(std::uint64_t inode) const;

  // Calls `visit(inode, name)` for each, in any order.
  void for_each(auto&& visit) const {
    for (const auto& [inode, name] : by_inode_) visit(inode, name);
  }

 private:
  std::unordered_map<std::uint64_t, SocketName> by_inode_;
};

// The sockets of the network namespaces of the processes that are looked at. Each namespace is asked when it
// is first needed: the kernel goes through all its sockets for it. One thread at a time.
class SocketTables {
 public:
  explicit SocketTables(SocketNames::Depth depth = SocketNames::Depth::states) : depth_(depth) {}

  // Those of the process's namespace. Empty for one that ajar may not enter: that takes CAP_SYS_ADMIN.
  // Holds as long as this.
  const SocketNames& of(const platform::ProcFs& proc, std::int64_t pid);

 private:
  SocketNames::Depth depth_;
  std::map<std::string, SocketNames> namespaces_;  // by what links to them say: "net:[4026531833]"
};

}  // namespace ajar::tables
