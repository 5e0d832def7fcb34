#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/snapshot.h"
#include "platform/procfs.h"
#include "tables/socket_names.h"

namespace ajar::tables {

// Who holds what, of all processes whose tables may be read: a readlink for each of their handles. One thread
// at a time.
class Holders {
 public:
  // Reads them, as they are now; but not those of the process that asks.
  static Holders read(const platform::ProcFs& proc);

  // Adds to the handles of one process's table what the tables of all say of them:
  //
  // - also_held_by: the same open file, in another process or under another number. Only what kcmp(2) or the
  //   kind proves is said; where many are possible not all are tried.
  // - other_end: who has the other end of a pipe, a fifo, or a socket whose peer is on this machine.
  // - other_end_gone: that the other end of a pipe is closed. See pipe_ends.h for how that is proven.
  void add_facts(std::int64_t pid, std::vector<model::Handle>& handles, const SocketNames& sockets) const;

  // The processes that use the same table as this one (CLONE_FILES), ascending.
  [[nodiscard]] std::vector<std::int64_t> sharing(std::int64_t pid) const;

  struct Held {
    std::int64_t pid = 0;
    std::uint64_t handle = 0;
  };

  // Those handles that such links stand for, of all processes: "anon_inode:inotify".
  [[nodiscard]] std::vector<Held> with_link(const std::string& link) const;

  // How many processes' tables could not be read: what they hold is not known.
  [[nodiscard]] std::uint64_t unread() const { return unread_; }

  // "helper 813"; the number alone where it is gone.
  [[nodiscard]] std::string called(std::int64_t pid) const;

 private:
  struct Process {
    std::int64_t pid = 0;
    std::string name;
  };
  struct Place {
    std::uint32_t process = 0;  // index
    std::uint64_t handle = 0;
  };
  using Places = std::vector<Place>;

  void add_process(const platform::ProcFs& proc, std::int64_t pid);
  [[nodiscard]] const Places& places_of(const std::string& link) const;
  [[nodiscard]] std::string words(const Place& place, std::int64_t seen_by) const;
  void add_same_file(std::int64_t pid, model::Handle& handle, const std::string& link) const;
  void add_holders(std::int64_t pid, model::Handle& handle, const std::string& link) const;
  bool add_pipe_ends(std::int64_t pid, model::Handle& handle, const std::string& link) const;

  platform::ProcFs proc_{};
  std::vector<Process> processes_;
  std::unordered_map<std::string, Places> by_link_;
  std::uint64_t unread_ = 0;
};

}  // namespace ajar::tables
