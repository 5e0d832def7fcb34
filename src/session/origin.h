#pragma once

#include "model/world.h"

namespace ajar::session {

// Who records, on what, from now on: everything of a recording's origin but the way in and the command.
model::Origin describe_recorder();

}  // namespace ajar::session
