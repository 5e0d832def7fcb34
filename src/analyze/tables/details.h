#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "report/tables.h"

namespace ajar::analyze {

// The handle's facts for programs: each key once, as the list of facts names it. Facts that this version does
// not know are left out.
std::vector<report::Fact> facts_of(const model::Handle& handle);

// The same for people: what belongs together on one line, numbers in words.
std::vector<report::Detail> details_of(const model::Handle& handle);

// "O_RDWR O_NONBLOCK, close-on-exec"; unknown bits as a number.
std::string flag_words(std::uint64_t flags);

}  // namespace ajar::analyze
