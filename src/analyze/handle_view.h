#pragma once

#include <string>

#include "analyze/table_state.h"
#include "model/world.h"
#include "report/report.h"

namespace ajar::analyze {

// What a person is told of an open handle: its type as the kernel's table has it, else as the call told; its
// most telling name; when and by which thread it was opened.
report::Handle view(const model::World& world, const OpenHandle& open);

}  // namespace ajar::analyze
