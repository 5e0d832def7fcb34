#pragma once

#include <expected>
#include <string>

#include "base/error.h"

namespace ajar::platform {

// Why a program could not be started. The exit status is the convention's: 127 for a program that isn't
// there, 126 for one that can't be executed.
struct StartFailure {
  int exit_status = 126;
  base::Error error;
};

// The file that a shell would run for `name`: itself when it has a slash in it (whether or not there is such
// a file), otherwise the first executable regular file of that name in the folders of PATH.
std::expected<std::string, StartFailure> find_program(const std::string& name);

}  // namespace ajar::platform
