#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyze/code_path.h"
#include "analyze/tables/tables_at.h"
#include "model/world.h"
#include "report/tables.h"

namespace ajar::analyze {

enum class HandleOrder : std::uint8_t { number, type, name };

// How much of a table is told.
struct TableOptions {
  std::vector<std::string>
      types;  // handles of these types only, which may be patterns (matches_pattern); empty: of all
  bool handles = false;  // each one, and not only how many there are of a type
  bool details = false;  // and what is known of each
  HandleOrder order = HandleOrder::number;
};

// Whose table it is, how many handles of which type are in it and which of them look forgotten, and as far as
// asked for the handles themselves.
report::HandleTable describe(const model::World& world, const TableAt& table, const TableOptions& options,
                             CodePaths& paths);

// Who opened a handle of the table; nothing where no event tells.
std::optional<report::Origin> origin_of(const model::World& world, const TableAt& table, std::uint64_t handle,
                                        CodePaths& paths);

// What people call the process of a snapshot: its program's file name, or the name that it gave itself where
// that is another one. And the process. Empty and nullptr where the recording lost it.
std::string process_name(const model::World& world, const model::Snapshot& snapshot);
const model::Process* process_of(const model::World& world, const model::Snapshot& snapshot);

}  // namespace ajar::analyze
