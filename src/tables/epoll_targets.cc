#include "tables/epoll_targets.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace ajar::tables {

bool EpollTargets::is_closed(std::uint64_t handle, std::uint32_t nth) const {
  kcmp_epoll_slot slot{
      .efd = static_cast<std::uint32_t>(epoll_), .tfd = static_cast<std::uint32_t>(handle), .toff = nth};
  const long order = ::syscall(SYS_kcmp, pid_, pid_, KCMP_EPOLL_TFD, handle, &slot);
  // EBADF: no such number, or the epoll itself has been closed meanwhile.
  return order > 0 ||
         (order < 0 && errno == EBADF && ::syscall(SYS_kcmp, pid_, pid_, KCMP_FILE, epoll_, epoll_) == 0);
}

std::string EpollTargets::words(const WatchedObject& object) {
  std::string words = object_words(object);
  if (object.handle.has_value() && is_closed(*object.handle, met_[*object.handle]++))
    words += ", closed since";
  return words;
}

}  // namespace ajar::tables
