#pragma once

#include <cstdint>

#include "model/snapshot.h"
#include "model/world.h"
#include "report/report.h"

namespace ajar::analyze {

// What the table of a dump says by itself, and how much the operations tell that it came with. `events`: how
// many there were.
report::Dump describe_dump(const model::World& world, const model::Process& process,
                           const model::Snapshot& table, std::uint64_t events);

// The type of which there are so many that no healthy process has them; empty where there is none.
std::string type_standing_out(const model::Snapshot& table);

// How long a process had run at that time; nothing where a dump does not tell.
std::optional<double> up_at(const model::World& world, const model::Process& process, model::Time time);

}  // namespace ajar::analyze
