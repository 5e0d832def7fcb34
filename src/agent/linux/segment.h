#pragma once

#include <stdint.h>

#include "wire/wire.h"

namespace ajar::agent {

// Whether the ajar is still there whose session this is. Nobody else would take a segment's name away, and
// its memory would never be given back.
bool session_lives(const char* folder);

// Creates this process's segment as a file in the session's folder and maps it. No descriptor stays open.
// nullptr when it cannot be had, and why in `error`: the process then runs unrecorded. `parent` is the
// segment that this process had before fork, or nullptr; `node_base` the stack numbers known from it.
ajar_segment* create_segment(const char* folder, const ajar_segment* parent, uint32_t node_base, int& error);

}  // namespace ajar::agent
