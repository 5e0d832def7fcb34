#pragma once

#include <string>

#include "base/result.h"

namespace ajar::platform {

// The absolute path of the program that runs, links followed: what it comes with lies beside it.
base::Result<std::string> own_executable();

}  // namespace ajar::platform
