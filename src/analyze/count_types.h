#pragma once

#include <span>
#include <vector>

#include "analyze/signs.h"
#include "model/snapshot.h"
#include "report/report.h"

namespace ajar::analyze {

// How many handles there are of each type, by count; `signs` has a row for each that is listed.
std::vector<report::TypeCount> count_types(const model::Snapshot& table, std::span<const Signs> signs);

}  // namespace ajar::analyze
