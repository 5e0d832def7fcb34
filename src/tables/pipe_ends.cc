#include "tables/pipe_ends.h"

#include <poll.h>
#include <sys/stat.h>

#include <string>

#include "tables/borrow.h"

namespace ajar::tables {
namespace {

std::string path_of(const platform::ProcFs& proc, const Held& held) {
  return proc.path(held.pid, "fd/" + std::to_string(held.handle));
}

}  // namespace

Access access_of(const platform::ProcFs& proc, const Held& held) {
  struct stat entry{};
  if (::lstat(path_of(proc, held).c_str(), &entry) != 0) return {};
  return {.reads = (entry.st_mode & S_IRUSR) != 0, .writes = (entry.st_mode & S_IWUSR) != 0};
}

bool are_ends(Access a, Access b) {
  return (a.reads && b.writes) || (a.writes && b.reads);
}

bool is_same_object(const platform::ProcFs& proc, const Held& a, const Held& b) {
  struct stat of_a{};
  struct stat of_b{};
  return ::stat(path_of(proc, a).c_str(), &of_a) == 0 && ::stat(path_of(proc, b).c_str(), &of_b) == 0 &&
         of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

bool has_lost_other_end(const Held& held, Access access) {
  // Who has both ends in one handle can always talk to itself.
  if (access.reads == access.writes) return false;
  const base::OwnedFd end = borrow(held.pid, held.handle);
  if (!end.valid()) return false;
  pollfd asked{.fd = end.get(), .events = 0, .revents = 0};
  if (::poll(&asked, 1, 0) <= 0) return false;
  return (asked.revents & (access.reads ? POLLHUP : POLLERR)) != 0;
}

}  // namespace ajar::tables
