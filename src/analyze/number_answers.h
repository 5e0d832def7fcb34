#pragma once

#include <vector>

#include "analyze/number_events.h"
#include "report/number_history.h"

namespace ajar::analyze {

// Who closed the number, as far as the events tell. The answers' places are those of the events.
std::vector<report::Answer> number_answers(const NumberEvents& number);

}  // namespace ajar::analyze
