#pragma once

#include <span>
#include <string_view>

namespace ajar::analyze {

// Whether a handle that an event opened as `asked` can be what the kernel's table calls `found`. A call often
// does not tell exactly: open() of a path may give a directory, a device or a terminal, and an empty type
// anything. So only what is certainly something else is told apart.
bool compatible_types(std::string_view asked, std::string_view found);

// What an open() of a path may give, besides the "file" that the call tells.
std::span<const std::string_view> types_by_path();

// Whether the kernel's table shows what was opened as that type by a path like a file's, so that the call
// tells more: a message queue lies in a file system of its own, which may be mounted anywhere or nowhere.
bool is_shown_as_file(std::string_view asked);

}  // namespace ajar::analyze
