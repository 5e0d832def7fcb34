#pragma once

#include <string>

#include "base/result.h"

namespace ajar::capture {

// The path of the agent that belongs to this program: ../lib/ajar/libajar-agent.so beside the folder that the
// program lies in, in a build as in an installation. An error says where it was looked for.
base::Result<std::string> agent_library();

}  // namespace ajar::capture
