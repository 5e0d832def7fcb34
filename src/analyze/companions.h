#pragma once

#include <set>
#include <span>
#include <utility>

#include "analyze/process_counts.h"
#include "report/count_trends.h"

namespace ajar::analyze {

// A process that is judged, and its verdict.
struct JudgedProcess {
  model::ProcessId id;
  report::CountTrend trend;
};

// Which of them grow together, by what they share: of the first eight that grow.
std::set<std::pair<model::ProcessId, model::ProcessId>> pairs_together(const CountsById& rows,
                                                                       std::span<JudgedProcess> judged);

// Says of growing processes which of them grow together, by what they share; and of those that don't, which
// rise alike. Of the first eight: the work is one for each pair. They come with their names.
void add_companions(const CountsById& rows, std::span<JudgedProcess> judged);

}  // namespace ajar::analyze
