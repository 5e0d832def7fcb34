#pragma once

#include <string>
#include <vector>

#include "console/style.h"
#include "model/snapshot.h"

namespace ajar::console {

// What !handle says of an object by its type: "Event Type Auto Reset", "Event is Waiting". Of types whose
// lines nobody has seen, and of descriptors, it is what ajar handles -v says, in words. Empty where nothing
// is known.
std::vector<std::string> object_lines(const model::Handle& handle, const Style& style);

}  // namespace ajar::console
