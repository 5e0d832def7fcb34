#pragma once

#include <iosfwd>

#include "report/report.h"

namespace ajar::render {

// The report as one JSON object with a newline after it, in the shape that docs/json.md describes. Text that
// is not UTF-8 has its wrong bytes replaced.
void json(const report::Report& report, std::ostream& out);

}  // namespace ajar::render
