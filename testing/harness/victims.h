#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ajar::harness {

// The path of a program, library or script among the victims.
std::string victim(std::string_view name);

// A run's command line with the victim's path: "exit_paths _exit" gives {"/…/exit_paths", "_exit"}.
std::vector<std::string> victim_command(std::string_view run);

// Every run that testing/victims/CMakeLists.txt lists.
const std::vector<std::string>& victim_runs();

}  // namespace ajar::harness
