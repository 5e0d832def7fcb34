#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace ajar::tables {

// What the kernel knows of one socket.
struct SocketName {
  std::string type;  // "tcp socket"
  std::string local, peer;
  std::uint32_t family = 0;
  std::uint32_t socket_type = 0;
  std::uint32_t protocol = 0;
  bool listening = false;

  // "127.0.0.1:51544 -> 127.0.0.1:9000", "/run/x.sock (listening)", "-> /run/x.sock"; empty where the socket
  // has no address.
  [[nodiscard]] std::string text() const;
};

// The names of the sockets of ajar's own network namespace, by inode. One thread at a time.
class SocketNames {
 public:
  // Asks the kernel for all of them. What it does not tell (a kernel without that module, a sandbox, TCP
  // sockets that are neither bound nor connected) is not there.
  static SocketNames load();

  // Asks the kernel when the first one is looked for: it goes through all sockets of the machine for it.
  static SocketNames when_needed();

  // nullptr where it was not told.
  [[nodiscard]] const SocketName* find(std::uint64_t inode) const;

 private:
  using Names = std::unordered_map<std::uint64_t, SocketName>;
  static Names ask_kernel();

  mutable Names by_inode_;
  mutable bool asked_ = true;
};

}  // namespace ajar::tables
