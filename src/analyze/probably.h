#pragma once

#include <vector>

#include "analyze/table_state.h"
#include "report/report.h"

namespace ajar::analyze {

// Which of the handles that were open before tracking began the groups' code has probably opened, too: those
// that are like a group's by type and by what their names have in common, where most of what is like that and
// came since is of that group. `open`: all that is open.
void add_probable(std::vector<report::Group>& groups, const std::vector<OpenHandle>& open);

}  // namespace ajar::analyze
