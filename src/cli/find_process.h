#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace ajar::cli {

// The process that the operand means. A failure that lists them where there are several: nothing is guessed
// at. `otherwise`: what else it isn't, where it might have been something else: ", and it is no recording".
std::expected<std::int64_t, Failure> find_process(const std::string& operand,
                                                  std::string_view otherwise = "");

}  // namespace ajar::cli
