#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace ajar::platform {

// A program that helps ajar: it is asked something, and says something.
struct ProgramRequest {
  std::string path;                    // of the file, or a name that is looked for in PATH
  std::vector<std::string> arguments;  // its name first
  std::string input;                   // what it reads from its standard input
  std::chrono::milliseconds limit{};   // that it may take
  std::size_t most_output = 8192;      // bytes
};

struct ProgramAnswer {
  std::string output;  // not more than was asked for
  int status = -1;     // of its exit; -1: it did not start, or was killed
  bool started = false;
  bool in_time = true;       // false: it was killed for taking too long
  bool within_limit = true;  // false: it was killed for saying too much
};

// Runs it in the caller's process group, so that it ends with Ctrl-C as ajar does, with no signals blocked;
// what it writes to its standard error is thrown away. Any thread.
ProgramAnswer run_program(ProgramRequest request);

}  // namespace ajar::platform
