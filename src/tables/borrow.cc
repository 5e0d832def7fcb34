#include "tables/borrow.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace ajar::tables {
namespace {

// Not in the headers of every C library: pidfd_open(2), pidfd_getfd(2). The numbers are those of all
// architectures.
constexpr long kPidfdOpen = 434;
constexpr long kPidfdGetfd = 438;

}  // namespace

base::OwnedFd borrow(std::int64_t pid, std::uint64_t handle) {
  const base::OwnedFd process(static_cast<int>(::syscall(kPidfdOpen, pid, 0)));
  if (!process.valid()) return {};
  return base::OwnedFd(static_cast<int>(::syscall(kPidfdGetfd, process.get(), handle, 0)));
}

}  // namespace ajar::tables
