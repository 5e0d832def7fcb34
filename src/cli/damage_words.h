#pragma once

#include <string>
#include <vector>

#include "model/source.h"

namespace ajar::cli {

// What a reader of the report has to know about a recording that is not whole, one sentence each. `ended`:
// its writer finished it.
std::vector<std::string> damage_words(const model::Damage& damage, bool ended);

}  // namespace ajar::cli
