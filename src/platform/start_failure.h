#pragma once

#include "base/error.h"

namespace ajar::platform {

// Why a program could not be started. The exit status is the convention's: 127 for a program that isn't
// there, 126 for one that can't be executed.
struct StartFailure {
  int exit_status = 126;
  base::Error error;
};

}  // namespace ajar::platform
