#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

// Texts about the commands, all derived from their list.
namespace ajar::cli {

// "ajar run [OPTIONS] -- PROGRAM [ARGUMENT...]"
std::string usage_line(const Command& command);

// The options of a command as help shows them, "--help" included.
std::vector<Option> options_for_help(const Command& command);

// "-o, --output FILE"
std::string spelled(const Option& option);

std::string overview();
std::string command_help(const Command& command);
std::string version_line();

}  // namespace ajar::cli
