#pragma once

// The threads of a process share one descriptor table, until one of them asks for its own (unshare with
// CLONE_FILES, close_range with CLOSE_RANGE_UNSHARE). The main thread's counts as the process's from then on,
// as it does for the kernel in /proc/PID/fd; what the threads with another one do is not recorded, since it
// would be told of the wrong descriptors.
namespace ajar::agent {

// After a call by which the calling thread may have got a table of its own: from here on all threads of the
// process ask the kernel which one they have.
void tables_may_have_parted();

}  // namespace ajar::agent
