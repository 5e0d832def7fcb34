#pragma once

#include "model/snapshot.h"

namespace ajar::analyze {

// Adds to a table the facts of an earlier one of the same process that must hold still: that a socket's peer
// has hung up, or that nobody has the other end. Of the same object only, by its inode. A process's own table
// at its exit has no such facts, and the periodic ones before it have.
void carry_facts(const model::Snapshot& earlier, model::Snapshot& later);

}  // namespace ajar::analyze
