#pragma once

#include <string_view>

namespace ajar::analyze {

// Whether a handle that an event opened as `asked` can be what the kernel's table calls `found`. A call often
// does not tell exactly: open() of a path may give a directory, a device or a terminal, and an empty type
// anything. So only what is certainly something else is told apart.
bool compatible_types(std::string_view asked, std::string_view found);

}  // namespace ajar::analyze
