#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace ajar::capture::inject {

// Loads the agent at that path into the process, if it isn't there from an earlier time, and makes it record
// into the session of that folder. One of its threads is stopped for that, while it waits at a place where a
// library can be loaded; the others run on. The error begins with the process.
base::Result<void> inject(std::int64_t pid, const std::string& agent, const std::string& session_folder);

// Whether an agent is in the process: it was entered, or whoever made it had been.
bool has_agent(std::int64_t pid);

}  // namespace ajar::capture::inject
