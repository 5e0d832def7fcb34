#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

#include "render/text.h"
#include "report/report.h"

namespace ajar::render {

// Whether it is something to look into, and nothing keeps it from being reported.
bool is_finding(const report::Group& group);

// What a group is called: "LEAK", "ONE-OFF".
std::string verdict_label(report::Verdict verdict);

// The name of a finding, in its colour where colours are wanted: red where it is grave.
std::string label(std::string_view word, bool grave, const TextOptions& options);

// Each of these writes one finding, some lines each ending in a newline.
void group_lines(const report::Group& group, std::size_t number, const TextOptions& options,
                 std::ostream& out);
void bad_close_lines(const report::BadClose& bad, const TextOptions& options, std::ostream& out);
void failed_open_lines(const report::FailedOpen& failed, const TextOptions& options, std::ostream& out);

// What buys time for a process that is at its limit and runs; nothing where nobody knows how much it may
// have.
void limit_line(const report::Process& process, std::ostream& out);

}  // namespace ajar::render
