#pragma once

#include <string>
#include <vector>

#include "harness/command.h"
#include "harness/temp_dir.h"

// Command lines of the program of this build.
namespace ajar::e2e {

// The command `ajar words…`, in the directory. It writes no colours and knows no settings of the user's.
harness::Command ajar(const harness::TempDir& directory, std::vector<std::string> words);

// The command `ajar run -o x.ajar options… -- victim…`.
harness::Command ajar_run(const harness::TempDir& directory, std::vector<std::string> victim,
                          const std::vector<std::string>& options = {});

// Waits until `ajar attach` says that it is there; false where it ended before.
bool has_attached(const harness::Running& attach);

}  // namespace ajar::e2e
