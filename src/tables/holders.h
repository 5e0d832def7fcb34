#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/snapshot.h"
#include "platform/procfs.h"
#include "tables/same_file.h"
#include "tables/sockets/socket_names.h"

namespace ajar::tables {

// Who holds what, of all processes whose tables may be read: a readlink for each of their handles. One thread
// at a time.
class Holders {
 public:
  // Reads them, as they are now; but not those of the process that asks.
  static Holders read(const platform::ProcFs& proc);

  // Adds to the handles of one process's table what the tables of all say of them:
  //
  // - also_held_by: the same open file, in another process or under another number. Only what is proven is
  //   said (same_file.h; a socket has one open file, so that its inode is proof).
  // - other_end: who has the other end of a pipe, a fifo, or a socket whose peer is on this machine.
  // - other_end_gone: that the other end of a pipe is closed. See pipe_ends.h for how that is proven.
  //
  // At most 16 are named of each; then follows how many there are besides: "4 more". Processes that use the
  // same table as this one are not named, since they hold all that it holds: see sharing().
  void add_facts(std::int64_t pid, std::vector<model::Handle>& handles, const SocketNames& sockets) const;

  // The processes that use the same table as this one (CLONE_FILES), ascending.
  [[nodiscard]] std::vector<std::int64_t> sharing(std::int64_t pid) const;

  // Those handles that such links stand for, of all processes: "anon_inode:inotify". By ascending pid and
  // handle.
  [[nodiscard]] std::span<const Held> with_link(const std::string& link) const;

  // How many processes' tables could not be read: what they hold is not known.
  [[nodiscard]] std::uint64_t unread() const { return unread_; }

  // "helper 813"; the number alone where it is gone.
  [[nodiscard]] std::string called(std::int64_t pid) const;

 private:
  class Telling;

  void add_process(std::int64_t pid);

  platform::ProcFs proc_{};
  std::unordered_map<std::int64_t, std::string> names_;         // of the processes that were read
  std::unordered_map<std::string, std::vector<Held>> by_link_;  // by ascending pid and handle
  std::uint64_t unread_ = 0;
};

}  // namespace ajar::tables
