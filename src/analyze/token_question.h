#pragma once

#include <span>
#include <vector>

#include "analyze/companions.h"
#include "report/count_trends.h"

namespace ajar::analyze {

// On Windows a process that never closes its access tokens makes lsass grow along, which holds handles for
// what stands behind them. Counts alone never prove that: it is certain where the process's table was looked
// at and its tokens are at least half of what it grows by; else it is a question, for the three fastest.
// Where nothing was seen of tables at all, `of_log`, it is one for whoever has the machine. (Whether a pool
// ran out meanwhile knows whoever has the system's log.)
std::vector<report::TokenQuestion> token_questions(std::span<const JudgedProcess> judged, bool of_log);

}  // namespace ajar::analyze
