#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "cli/command.h"

namespace ajar::cli {

// The process that the operand means. A failure that lists them where there are several: nothing is guessed
// at.
std::expected<std::int64_t, Failure> find_process(const std::string& operand);

}  // namespace ajar::cli
