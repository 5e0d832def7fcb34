#pragma once

#include <cstddef>
#include <iosfwd>

#include "report/report.h"

namespace ajar::render {

struct TextOptions {
  std::size_t top = 10;      // findings of each kind for a process; 0: all
  bool full_stacks = false;  // every frame, also the system's outermost
  bool colour = false;       // by terminal escape sequences
  std::size_t width = 110;   // columns that a stack's lines may take
  bool windows = false;      // handles are those of Windows, whose numbers are shown as debuggers do
  bool bad_uses = false;     // as report::Process has it
};

// The report for people, in UTF-8.
void text(const report::Report& report, const TextOptions& options, std::ostream& out);

}  // namespace ajar::render
