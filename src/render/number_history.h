#pragma once

#include <iosfwd>

#include "render/text.h"
#include "report/number_history.h"

namespace ajar::render {

// For people: the answers, then what happened; `top` is how many events of a process are shown, the newest.
void number_history_text(const report::NumberHistories& histories, const TextOptions& options,
                         std::ostream& out);

void number_history_json(const report::NumberHistories& histories, std::ostream& out);

}  // namespace ajar::render
