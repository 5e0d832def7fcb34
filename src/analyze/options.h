#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "analyze/suppressions.h"

namespace ajar::analyze {

// What the user wants to be told. Nothing here changes what is counted: groups that are filtered or
// suppressed stay in the report, marked as such, so that its sums still agree with the kernel's table.
struct Options {
  // Modules that are never blamed, besides the system's own: a file's name ("libcorp.so", which any version
  // of it matches), a pattern ("libcorp*"), or with a slash a pattern for the whole path.
  std::vector<std::string> system_modules;
  std::vector<Suppression> suppressions;
  std::vector<std::string> types;       // only these; empty: all
  std::chrono::nanoseconds min_age{0};  // only groups whose oldest handle is at least this old
};

}  // namespace ajar::analyze
