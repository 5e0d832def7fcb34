#pragma once

#include <vector>

#include "model/snapshot.h"
#include "report/tables.h"

namespace ajar::analyze {

// What only handles of Windows have to tell: path, access, attributes, references, the states of threads,
// mutexes, events, semaphores and timers, whose a token is. Empty for other handles.
std::vector<report::Detail> windows_details_of(const model::Handle& handle);

}  // namespace ajar::analyze
