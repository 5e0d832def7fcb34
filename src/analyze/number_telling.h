#pragma once

#include <vector>

#include "analyze/code_path.h"
#include "analyze/number_events.h"
#include "model/world.h"
#include "report/number_history.h"

namespace ajar::analyze {

// Adds to the history what happened in a table, with names, and the answers about it. Of a very long history
// only the newest events are told, and those that answers are about; the others are counted.
void tell(const NumberEvents& number, const NumberWatch& watch, const NumberWatch::Seen& seen,
          const model::World& world, CodePaths& paths, Accusations& accusations,
          report::NumberHistory& history);

}  // namespace ajar::analyze
