#pragma once

#include <span>
#include <string>
#include <vector>

namespace ajar::cli {

// What the machine's own log says of the kernel's pools, of which each open handle takes some: a line each,
// for people; of a system that has no such log, nothing. A log that can't be read, or is empty, is not
// available: that says nothing of the pools.
std::vector<std::string> emptied_pools();

// The same where a pool ran out; otherwise nothing.
std::vector<std::string> pools_that_ran_out();

// Said where that can't be known.
std::vector<std::string> pools_not_available(const std::string& why);

// emptied_pools() of the log's first event and those that matter, as XML.
std::vector<std::string> emptied_pools_in(std::span<const std::string> events);

// How Windows is asked for those that matter.
std::string query_for_pools();

}  // namespace ajar::cli
