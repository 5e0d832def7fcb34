#pragma once

#include <cstddef>
#include <ostream>
#include <span>

#include "console/style.h"
#include "console/subject.h"

// The layouts of WinDbg's `|`, `lm` and `.time`.
namespace ajar::console {

void print_process(std::size_t number, const ProcessRow& process, bool is_current, const Style& style,
                   std::ostream& out);

// Those that were unloaded stand behind the others.
void print_modules(std::span<const ModuleRow> modules, const Style& style, std::ostream& out);

// What is known of them, in UTC.
void print_times(const Times& times, std::ostream& out);

}  // namespace ajar::console
