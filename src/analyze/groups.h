#pragma once

#include <vector>

#include "analyze/code_path.h"
#include "analyze/options.h"
#include "analyze/table_state.h"
#include "report/report.h"

namespace ajar::analyze {

// Until when a process's handles are looked at.
struct Ending {
  model::Time at{};
  bool ended = false;     // the process is no more
  bool finished = false;  // by its own exit
};

// The handles that were opened since the start and are outstanding, by the code that opened them, each group
// with its verdict. `used` has a flag for each of the options' suppressions, set where one matched.
std::vector<report::Group> group_outstanding(const model::World& world, const TableState& table,
                                             const std::vector<OpenHandle>& open, const Ending& ending,
                                             const Options& options, CodePaths& paths,
                                             std::vector<bool>& used);

// Whether the options' type filter lets it pass.
[[nodiscard]] bool wanted_type(const Options& options, std::string_view type);

}  // namespace ajar::analyze
