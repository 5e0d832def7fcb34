#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ajar::platform {

// Whether people would call the program by that name: its file's, the one that it was started under, or, of
// an interpreter (python, a shell, node, …), the script's that it runs. A name with a slash is a path, and so
// must be the program's or the script's own.
bool goes_by(std::string_view name, std::string_view executable, const std::vector<std::string>& command);

}  // namespace ajar::platform
