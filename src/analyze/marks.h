#pragma once

#include <string>

#include "base/result.h"
#include "model/world.h"

namespace ajar::analyze {

// The mark of that label; the last one where the label is empty. The error lists the labels that there are,
// or says how to make a mark.
base::Result<model::Mark> find_mark(const model::World& world, const std::string& label);

}  // namespace ajar::analyze
