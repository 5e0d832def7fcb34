#pragma once

#include <iosfwd>

#include "render/tables.h"
#include "report/count_trends.h"

namespace ajar::render {

// For people, in UTF-8: the growing processes, those that rose, and how many did not. `options.top` is for
// the rows of each verdict; with 0 every process has one.
void count_trends_text(const report::CountTrends& trends, const TablesOptions& options, std::ostream& out);

// As one JSON object with a newline after it, in the shape that docs/json.md describes.
void count_trends_json(const report::CountTrends& trends, std::ostream& out);

}  // namespace ajar::render
