#pragma once

#include "wire/wire.h"

namespace ajar::agent {

// Writes the process's descriptor table into the ring, as its own /proc shows it. Descriptors are opened for
// it only where a free one can be had, and closed again; without one (EMFILE), every number up to the limit
// is asked for.
void write_table(ajar_table_taken taken);

}  // namespace ajar::agent
