#pragma once

#include <string>
#include <string_view>

#include "analyze/table_state.h"
#include "model/world.h"
#include "report/report.h"

namespace ajar::analyze {

// As the kernel's table has it, else as the call told. Holds as long as the handle and the world do.
std::string_view type_of(const model::World& world, const OpenHandle& open);

// As the table has it alone: endpoints, path, or the kernel's own name; empty where it is in no table.
std::string name_in_table(const OpenHandle& open);

// What a person is told of an open handle: its type; its most telling name; when and by which thread it was
// opened.
report::Handle view(const model::World& world, const OpenHandle& open);

}  // namespace ajar::analyze
