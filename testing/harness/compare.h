#pragma once

#include <string>
#include <vector>

#include "harness/reported.h"
#include "harness/truth.h"

namespace ajar::harness {

// The arithmetic that every report keeps to, and what must hold of each group by itself. A sentence per
// violation.
std::vector<std::string> contradictions(const ReportedProcess& process);

// Where a report and a victim's truth differ: every row of the truth is looked for, and every group that no
// row speaks of is one too many. A sentence per difference.
std::vector<std::string> differences(const ReportedProcess& process, const Truth& truth);

}  // namespace ajar::harness
