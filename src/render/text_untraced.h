#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "report/report.h"

namespace ajar::render {

// "shop-server (pid 4121)"
std::string named(const report::Process& process);

// The processes that were not traced, with the reason: a line for all that have the same name and reason.
void untraced_lines(const std::vector<report::Process>& processes, std::ostream& out);

}  // namespace ajar::render
