#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "analyze/tables/tables_at.h"
#include "model/world.h"

namespace ajar::analyze {

// What tells a process from all others of its machine.
inline std::pair<std::int64_t, std::uint64_t> identity(const model::Process& process) {
  return {process.pid, process.start_ticks};
}

// For each table of `before` which one of `after` it is to be compared with: that of the same process, else
// that of the program of the same name where each side has one that is left. No table has two partners.
std::vector<std::optional<std::size_t>> partners_of(const model::World& world_before,
                                                    const std::vector<TableAt>& before,
                                                    const model::World& world_after,
                                                    const std::vector<TableAt>& after);

}  // namespace ajar::analyze
