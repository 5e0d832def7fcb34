#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ajar::cli {

// Adds names to a recording in memory: those that the files of its modules, and their debug information, give
// that are found in these folders. Where it can't be read, nothing is done.
void add_names(std::vector<std::byte>& recording, const std::vector<std::string>& folders);

}  // namespace ajar::cli
