#pragma once

#include <expected>
#include <optional>
#include <string>

#include "cli/command.h"

namespace ajar::cli {

// The recording of the running session that records the process which the operand means, brought up to this
// moment: its path. `since`, as the command line has it, is for the advice where the session has ended.
std::expected<std::string, Failure> recording_of_session(const std::string& operand,
                                                         const std::string& since);

}  // namespace ajar::cli
