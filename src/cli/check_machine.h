#pragma once

#include <iosfwd>

namespace ajar::cli {

// Tells what of this machine decides how well ajar can watch, and name what it sees.
void print_machine(std::ostream& out);

}  // namespace ajar::cli
