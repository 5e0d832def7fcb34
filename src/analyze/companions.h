#pragma once

#include <span>

#include "analyze/process_counts.h"
#include "report/count_trends.h"

namespace ajar::analyze {

// A process that is judged, and its verdict.
struct JudgedProcess {
  model::ProcessId id;
  report::CountTrend trend;
};

// Says of growing processes which of them grow together, by what they share; and of those that don't, which
// rise alike. Of the first eight: the work is one for each pair. They come with their names.
void add_companions(const CountsById& rows, std::span<JudgedProcess> judged);

}  // namespace ajar::analyze
