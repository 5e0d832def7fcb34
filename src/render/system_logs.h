#pragma once

#include <iosfwd>

#include "render/tables.h"
#include "report/system_logs.h"

namespace ajar::render {

// For people, in UTF-8: what was used up and when, what that says of handles, and what to do next.
void system_logs_text(const report::SystemLogs& logs, const TablesOptions& options, std::ostream& out);

// As one JSON object with a newline after it, in the shape that docs/json.md describes.
void system_logs_json(const report::SystemLogs& logs, std::ostream& out);

}  // namespace ajar::render
