#pragma once

#include "model/windows_objects.h"
#include "platform/win_nt.h"

namespace ajar::tables::windows {

// Adds what an object of the handle's type tells of itself; of types that have no more to tell, nothing.
// `own`: a handle of ajar's on it. Where its rights don't reach, another one is tried.
platform::win::Status read_state(void* process, void* own, model::WindowsHandle& handle);

}  // namespace ajar::tables::windows
