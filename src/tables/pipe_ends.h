#pragma once

#include "platform/procfs.h"
#include "tables/same_file.h"

namespace ajar::tables {

// Which ways a handle can be used, as the mode of its entry in /proc/PID/fd says.
struct Access {
  bool reads = false, writes = false;
};

Access access_of(const platform::ProcFs& proc, const Held& held);

// Whether two handles of one pipe are opposite ends: what is written to one can be read from the other. A
// fifo that is opened for both is the other end of any.
bool are_ends(Access a, Access b);

// Whether both stand for the same object in a file system: the device and the inode are the same.
bool is_same_object(const platform::ProcFs& proc, const Held& a, const Held& b);

// Whether the handle, which is an end of a pipe or fifo, has an other end no more: nobody can write to, or
// read from, what it reads or writes. True is proven: the kernel's own word on a duplicate of the handle
// (pidfd_getfd(2), poll(2)), which is closed again at once. False is anything else: a fifo that nobody has
// opened yet, no permission (it takes that to trace the process), an older kernel.
//
// Tables alone prove nothing: an end may be in a process that can't be looked into, in a message that has not
// been received, or registered in an io_uring.
bool has_lost_other_end(const Held& held, Access access);

}  // namespace ajar::tables
