#pragma once

#include <cstddef>
#include <iosfwd>

#include "render/text.h"
#include "report/report.h"

namespace ajar::render {

// Each of these writes one finding, some lines each ending in a newline.
void group_lines(const report::Group& group, std::size_t number, const TextOptions& options,
                 std::ostream& out);
void bad_close_lines(const report::BadClose& bad, const TextOptions& options, std::ostream& out);
void failed_open_lines(const report::FailedOpen& failed, const TextOptions& options, std::ostream& out);

}  // namespace ajar::render
