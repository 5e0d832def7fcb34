#pragma once

#include <cstddef>
#include <cstdint>
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

// Why there may be more than what is told, of these the gravest.
enum class Doubt : std::uint8_t {
  none,
  damaged,        // the recording could not be read whole
  events_lost,    // of the process
  opened_unseen,  // some of its handles were
  left_out,       // by filters and suppressions
};
Doubt doubt_of(const report::Process& process, const report::Report& report);

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
