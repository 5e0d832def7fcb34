#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace ajar::cli {

// What `ajar ARGUMENTS...` does, from parsing to the exit status. What cannot be written is an error too.
int run_application(std::span<const std::string> arguments, Console& console);

}  // namespace ajar::cli
