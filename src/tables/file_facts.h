#pragma once

#include "model/snapshot.h"
#include "tables/device_names.h"

// What stat(2) says of the object that a handle in an open folder /proc/PID/fd stands for. Does not touch the
// object, and asks nobody outside the kernel about it: sizes of files that others may change, over a network,
// are those that the kernel last heard of.
namespace ajar::tables {

// Its type where the link could not tell (a directory, a fifo) or was misleading, size, inode, devices and
// their drivers, number of names, and whether no name is left. Nothing of what has no inode of its own.
void add_file_facts(int folder, model::Handle& handle, const DeviceNames& devices);

// Whether no name is left, for one whose link ends as if it were so: a file's own name may end in
// " (deleted)", too.
void prove_deleted(int folder, model::Handle& handle);

}  // namespace ajar::tables
