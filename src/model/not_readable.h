#pragma once

#include <string_view>

namespace ajar::model {

// The type of handles that the debugger could not duplicate, and so knows nothing of. "None" in WinDbg's
// lists.
inline constexpr std::string_view kNotReadable = "not readable (mostly EtwRegistration)";

}  // namespace ajar::model
