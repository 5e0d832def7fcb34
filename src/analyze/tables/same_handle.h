#pragma once

#include "analyze/tables/tables_at.h"

namespace ajar::analyze {

// Whether a number that is in both tables of one process stands for the same open object still, as far as the
// tables and the events tell. `one_recording`: both are of the same recording, so that times of opening can
// be compared.
bool is_same_handle(const TableAt& before, const model::Handle& old, const TableAt& after,
                    const model::Handle& now, bool one_recording);

}  // namespace ajar::analyze
