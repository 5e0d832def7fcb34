#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/perfmon/counts_log.h"

// Perfmon's logs as CSV and TSV: a line of counter paths, then one for each sample. typeperf, relog and data
// collector sets write them; spreadsheets write them anew, without quotation marks or with semicolons.
// Source: "Log File Formats" in the documentation of Windows' performance data helper, and what these tools
// write.
namespace ajar::import::perfmon {

// Whether the bytes begin so.
bool is_text_log(std::span<const std::byte> bytes);

// What it says of handles. Processes whose pid it does not tell have their instance's name, "name#1"; others
// the program's. A last line that is not whole is left out. Errors name the line.
base::Result<CountsLog> read_text_log(std::span<const std::byte> bytes);

}  // namespace ajar::import::perfmon
