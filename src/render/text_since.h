#pragma once

#include <iosfwd>

#include "report/report.h"

// What the text says of marks. Each of these writes lines that end in a newline, or nothing.
namespace ajar::render {

// In a report on what came after a mark: how much that is for the process, and how much is older.
void since_line(const report::Process& process, const report::Report& report, std::ostream& out);

// There, of a process without a group to tell of: nothing is left of what was opened since, as far as is
// known.
void nothing_since_line(const report::Process& process, const report::Report& report, std::ostream& out);

// In a report on everything: the marks that it could begin at.
void marks_line(const report::Report& report, std::ostream& out);

}  // namespace ajar::render
