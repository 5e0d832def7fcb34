#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ajar::capture::preload {

// A program's environment (NAME=VALUE), so that its loader loads the agent, and the agent finds the session.
std::vector<std::string> with_agent(std::vector<std::string> environment, std::string_view agent,
                                    std::string_view session_folder);

// What it has of that: AJAR_ENVIRONMENT_…. `environment` as /proc/PID/environ has it, each variable with a
// NUL.
unsigned agent_in(std::string_view environment);

}  // namespace ajar::capture::preload
