#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "base/owned_fd.h"
#include "platform/procfs.h"

namespace ajar::tables {

struct HandleCount {
  std::int64_t pid = 0;
  std::optional<std::uint64_t> open;  // none: not permitted

  bool operator==(const HandleCount&) const = default;
};

// How many handles the processes of a machine have open, again and again at little cost: from Linux 6.2 on
// the size of /proc/PID/fd is the number (fs/proc/fd.c, proc_fd_getattr), for anybody, so its folder is kept
// open (as a mere place, O_PATH) and asked. Before, the folder, kept in the same way, is listed, for which it
// takes the process's user or CAP_DAC_READ_SEARCH. One thread at a time.
class HandleCounts {
 public:
  enum class How : std::uint8_t {
    as_kernel_does,  // by size where this kernel tells it
    by_listing,      // what older kernels need
  };

  // Raises this process's own limit of handles to the most that it may have: one is kept for each process.
  // The folders of those for which there are none to spare are looked at by name each time.
  explicit HandleCounts(platform::ProcFs proc = platform::ProcFs(), How how = How::as_kernel_does);

  // Looks for processes that came since the last time. One that was given a pid of somebody's choice, as
  // those are that come from a checkpoint, may be found at one of the next sixty calls only.
  void discover();

  // Of the processes discovered that have not ended, by ascending pid. A pid that was given to another
  // process meanwhile is that of one that ended, where there was a handle to spare for it.
  std::vector<HandleCount> count();
  // Those that had ended by then.
  [[nodiscard]] const std::vector<std::int64_t>& gone() const { return gone_; }

 private:
  struct Folder {
    std::int64_t pid;
    base::OwnedFd kept;  // not valid: it is not
  };

  void keep(Folder& folder);
  [[nodiscard]] std::expected<std::uint64_t, int> count(const Folder& folder) const;  // or the errno

  platform::ProcFs proc_;
  bool by_size_;
  bool knows_latest_;                     // it lives in the pid namespace that the mount shows
  std::optional<std::int64_t> latest_;    // process, when all were looked for
  int looks_spared_ = 0;                  // since then
  std::size_t kept_ = 0, most_kept_ = 0;  // of the folders
  std::vector<Folder> folders_;           // by ascending pid
  std::vector<std::int64_t> gone_;
};

// The same of one process by what its other threads see, where the first one has ended and sees nothing: 0
// where that is no reason.
std::uint64_t count_through_threads(const platform::ProcFs& proc, std::int64_t pid);

}  // namespace ajar::tables
