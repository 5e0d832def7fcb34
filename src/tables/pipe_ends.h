#pragma once

#include <cstdint>

#include "platform/procfs.h"

namespace ajar::tables {

// Which ways a handle can be used, as the mode of its entry in /proc/PID/fd says.
struct Access {
  bool reads = false, writes = false;
};

Access access_of(const platform::ProcFs& proc, std::int64_t pid, std::uint64_t handle);

// Whether the process's handle, which is an end of a pipe or fifo, has an other end no more: nobody can write
// to, or read from, what it reads or writes. True is proven: the kernel's own word on a duplicate of the
// handle (pidfd_getfd(2), poll(2)), which is closed again at once. False is anything else: a fifo that nobody
// has opened yet, no permission (it takes that to trace the process), an older kernel.
//
// Tables alone prove nothing: an end may be in a process that can't be looked into, in a message that has not
// been received, or registered in an io_uring.
bool has_lost_other_end(std::int64_t pid, std::uint64_t handle, Access access);

}  // namespace ajar::tables
