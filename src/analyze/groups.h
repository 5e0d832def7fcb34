#pragma once

#include <vector>

#include "analyze/closed_at_end.h"
#include "analyze/code_path.h"
#include "analyze/ending.h"
#include "analyze/options.h"
#include "analyze/table_state.h"
#include "report/report.h"

namespace ajar::analyze {

// What a process was left with.
struct Remains {
  std::vector<OpenHandle> open;
  ClosedAtEnd closed_at_end;
};

// The handles that were opened since the start and are outstanding, by the code that opened them, each group
// with its verdict; and those that were closed only as the process ended, where they would have been a leak.
// `used` has a flag for each of the options' suppressions, set where one matched.
std::vector<report::Group> group_outstanding(const model::World& world, const TableState& table,
                                             const Remains& remains, const Ending& ending,
                                             const Options& options, CodePaths& paths,
                                             std::vector<bool>& used);

// Whether the options' type filter lets it pass.
[[nodiscard]] bool wanted_type(const Options& options, std::string_view type);

}  // namespace ajar::analyze
