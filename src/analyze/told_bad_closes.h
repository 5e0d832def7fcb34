#pragma once

#include <vector>

#include "analyze/bad_closes.h"
#include "analyze/code_path.h"
#include "report/report.h"

namespace ajar::analyze {

// What is said of a process's bad closes; `stats` tells what is usual in it. Those that take what is
// another's come first, noise last, and the more frequent before the others.
std::vector<report::BadClose> tell(const BadCloses& bad_closes, const StackTable& stats, CodePaths& paths);

}  // namespace ajar::analyze
