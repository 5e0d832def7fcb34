#pragma once

#include <optional>

#include "analyze/code_path.h"
#include "analyze/tables/tables_at.h"
#include "model/world.h"
#include "report/tables.h"

namespace ajar::analyze {

// One of the two sides of a comparison. `world` and `paths` must outlive it.
struct Side {
  const model::World& world;
  const TableAt& table;
  CodePaths& paths;
};

// What came and what went between two tables, alike ones together: by the code that opened them where events
// tell, else by type and pattern of their names.
//
// Of one process, handles are compared one by one: the same number with another object, or opened anew, has
// gone and come. Of two processes only how many there are of each type and pattern is compared.
report::TableChange change_between(const Side& before, const Side& after);

// The pairs of tables that belong together: those of the same process; of the others those of programs of the
// same name, where each side has one. What is left over is named.
report::TableChanges changes_between(const model::World& world_before, const std::vector<TableAt>& before,
                                     const model::World& world_after, const std::vector<TableAt>& after,
                                     const SystemModules& system);

}  // namespace ajar::analyze
