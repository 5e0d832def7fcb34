#pragma once

#include "model/snapshot.h"

// What stat(2) says of the object that a handle in an open folder /proc/PID/fd stands for. Does not touch the
// object: it is only looked at.
namespace ajar::tables {

// Its type where the link could not tell (a directory, a fifo), size, inode, devices, number of names, and
// whether no name is left. Nothing of what has no inode of its own.
void add_file_facts(int folder, model::Handle& handle);

// Whether no name is left, for one whose link ends as if it were so: a file's own name may end in
// " (deleted)", too.
void prove_deleted(int folder, model::Handle& handle);

}  // namespace ajar::tables
