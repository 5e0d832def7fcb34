#pragma once

#include <cstdint>
#include <memory>

#include "console/subject.h"

namespace ajar::cli {

// A process that runs: its table as it is at each question, and operations as the ajar tells that records it
// meanwhile.
std::unique_ptr<console::Subject> live_subject(std::int64_t pid);

}  // namespace ajar::cli
