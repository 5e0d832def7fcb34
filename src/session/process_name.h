#pragma once

#include <string>

#include "platform/procfs.h"

namespace ajar::session {

// What people call a living process: its program's file name, or the name that it gave itself (a script's, a
// worker's) where that is another one.
std::string process_name(const platform::ProcFs& proc, const platform::ProcessInfo& info);

}  // namespace ajar::session
