#include "tables/pipe_ends.h"

#include <poll.h>
#include <sys/stat.h>

#include <string>

#include "tables/borrow.h"

namespace ajar::tables {
Access access_of(const platform::ProcFs& proc, std::int64_t pid, std::uint64_t handle) {
  struct stat entry{};
  const std::string path = proc.path(pid, "fd/" + std::to_string(handle));
  if (::lstat(path.c_str(), &entry) != 0) return {};
  return {.reads = (entry.st_mode & S_IRUSR) != 0, .writes = (entry.st_mode & S_IWUSR) != 0};
}

bool has_lost_other_end(std::int64_t pid, std::uint64_t handle, Access access) {
  // Who has both ends in one handle can always talk to itself.
  if (access.reads == access.writes) return false;
  const base::OwnedFd end = borrow(pid, handle);
  if (!end.valid()) return false;
  pollfd asked{.fd = end.get(), .events = 0, .revents = 0};
  if (::poll(&asked, 1, 0) <= 0) return false;
  return (asked.revents & (access.reads ? POLLHUP : POLLERR)) != 0;
}

}  // namespace ajar::tables
