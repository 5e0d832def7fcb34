#pragma once

#include <cstdint>

#include "base/owned_fd.h"

namespace ajar::tables {

// A duplicate of another process's handle, to ask the kernel about the object (pidfd_getfd(2), from Linux 5.6
// on). As long as it is open the object is kept: hold it for no longer than a question takes. Not valid where
// that is not permitted; it takes the right to trace the process.
base::OwnedFd borrow(std::int64_t pid, std::uint64_t handle);

}  // namespace ajar::tables
