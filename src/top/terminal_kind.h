#pragma once

#include "base/result.h"

namespace ajar::top {

// Whether this process has a terminal on which text can be put anywhere. An error says in a line why not.
// Writes nothing to it.
base::Result<void> check_terminal();

}  // namespace ajar::top
