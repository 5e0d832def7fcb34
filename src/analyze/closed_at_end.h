#pragma once

#include <vector>

#include "analyze/ending.h"
#include "analyze/table_state.h"

namespace ajar::analyze {

// What a process closed only as it ended.
struct ClosedAtEnd {
  model::Time began{};  // when it began to end; nothing in it was closed before
  std::vector<ClosingPhase::Closed> handles;
};

// Empty where the process did not come to an end of its own, or nobody knows.
[[nodiscard]] ClosedAtEnd closed_at_end(const TableState& table, const Ending& ending);

}  // namespace ajar::analyze
