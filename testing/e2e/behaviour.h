#pragma once

#include <string>

#include "harness/command.h"

// What of a victim's behaviour must be the same with ajar as without.
namespace ajar::e2e {

// What it printed, without all that differs between two runs of one program.
std::string without_pids(const std::string& printed);

int status_as_a_shell_gives_it(const harness::Outcome& outcome);

}  // namespace ajar::e2e
