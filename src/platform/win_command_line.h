#pragma once

#include <string>
#include <vector>

namespace ajar::platform::win {

// The words as one line that the C runtime of Windows takes apart into the same words (Microsoft, 'Parsing C
// command-line arguments').
std::string command_line_of(const std::vector<std::string>& words);

}  // namespace ajar::platform::win
