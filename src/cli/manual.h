#pragma once

#include <string>

// What is installed beside the program, derived from the list of commands.
namespace ajar::cli {

// ajar.1, in man's macros.
std::string man_page();

// A script for bash-completion.
std::string bash_completion();

}  // namespace ajar::cli
