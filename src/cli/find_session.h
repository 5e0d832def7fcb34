#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "cli/command.h"
#include "control/sessions.h"

namespace ajar::cli {

// What to call with the recording of a session that ended: the words before the file, and those after it.
struct Advice {
  std::string before, after;
};

// The running session that records the process which the operand means (its pid, or a part of its command
// line), or any other process of that session. Failures say what else there is: a session that ended, one
// that doesn't answer, another user's; or how to start one.
std::expected<control::Session, Failure> find_session(const std::string& operand, const Advice& advice);

// The one that records it and answers; nothing where there is none.
std::optional<control::Session> session_that_records(std::int64_t pid);

}  // namespace ajar::cli
