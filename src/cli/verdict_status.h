#pragma once

#include <cstdint>

#include "report/report.h"

namespace ajar::cli {

// What makes `--error-exitcode` speak up. Each includes those before it.
enum class ErrorOn : std::uint8_t {
  leak,
  suspect,
  any,  // whatever was opened since the start and is still open
};

// Whether the report holds what `error_on` names. What a filter or suppression leaves out doesn't count.
bool found(const report::Report& report, ErrorOn error_on);

}  // namespace ajar::cli
