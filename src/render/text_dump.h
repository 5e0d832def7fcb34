#pragma once

#include <iosfwd>

#include "render/text.h"
#include "report/report.h"

namespace ajar::render {

// What stands before the findings in a process of which there is but a dump: what it is, its handles by type,
// and how much was traced.
void dump_lines(const report::Process& process, const report::Report& report, const TextOptions& options,
                std::ostream& out);

// What the table alone says, behind the findings.
void dump_table_lines(const report::Process& process, const TextOptions& options, std::ostream& out);

}  // namespace ajar::render
