#pragma once

#include <string>

#include "model/world.h"

namespace ajar::symbolize {

// Fills in package and version of the modules in the stacks that have none yet, from the package database of
// the system at `root` (empty: this one), which takes some ten milliseconds to search. Only right on the
// machine where the modules ran.
void add_packages(model::World& world, const std::string& root = "");

}  // namespace ajar::symbolize
