#pragma once

#include <cstdint>
#include <ostream>
#include <span>

#include "console/style.h"
#include "console/trace.h"

// The layout of WinDbg's !htrace.
namespace ajar::console {

// The operations, newest first. `parsed`: of so many.
void print_traces(std::span<const Trace> traces, std::uint64_t parsed, const Style& style, std::ostream& out);

// The opens of what is open still, newest first, as -diff has them. `fresh`: how many operations there were
// since.
void print_outstanding(std::span<const Trace> traces, std::uint64_t fresh, const Style& style,
                       std::ostream& out);

}  // namespace ajar::console
