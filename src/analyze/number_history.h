#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyze/number_watch.h"
#include "analyze/system_modules.h"
#include "model/world.h"
#include "report/number_history.h"

namespace ajar::analyze {

// What became of the watched number in each process, or only in the one that is meant: by its pid, by the
// name of a program that it ran, or by a part of that program's command line. Processes that only inherited
// it are left out where there are others.
report::NumberHistories number_histories(const NumberWatch& watch, const model::World& world,
                                         const SystemModules& system, const std::string& process = "");

// The processes that are meant, as "shop-server (pid 4121)".
std::vector<std::string> processes_meant(const model::World& world, const std::string& process);

// Of a number that was never open: "12 numbers were, of which 17 and 19 are the nearest".
std::string numbers_nearby(const NumberWatch& watch, const model::World& world, const std::string& process);

}  // namespace ajar::analyze
