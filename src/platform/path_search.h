#pragma once

#include <expected>
#include <string>

#include "platform/start_failure.h"

namespace ajar::platform {

// The file that a shell would run for `name`: itself when it has a slash in it (whether or not there is such
// a file), otherwise the first executable regular file of that name in the folders of PATH.
std::expected<std::string, StartFailure> find_program(const std::string& name);

}  // namespace ajar::platform
