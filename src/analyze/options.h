#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "analyze/suppressions.h"
#include "model/mark.h"

namespace ajar::analyze {

// What the user wants to be told. Nothing of it but `since` changes what is counted: groups that are filtered
// or suppressed stay in the report, marked as such, so that its sums still agree with the kernel's table.
struct Options {
  // Modules that are never blamed, besides the system's own: a file's name ("libcorp.so", which any version
  // of it matches), a pattern ("libcorp*"), or with a slash a pattern for the whole path.
  std::vector<std::string> system_modules;
  std::vector<Suppression> suppressions;
  std::vector<std::string> types;       // only these; empty: all
  std::chrono::nanoseconds min_age{0};  // only groups whose oldest handle is at least this old
  // Only what came after the mark: what was open then is but counted, and the mark takes the place of the
  // start in all that is said of the rest.
  std::optional<model::Mark> since;
};

}  // namespace ajar::analyze
