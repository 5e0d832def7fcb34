#pragma once

#include <cstdint>
#include <string>

#include "report/number_history.h"

namespace ajar::render {

// What the answer is called: "CLOSED TWICE".
const char* answer_label(report::Answer::Kind kind);

// "thread worker (4123)"; empty where it is not known.
std::string thread_words(const report::NumberEvent& event);

// The answer in a sentence or two, without the label.
std::string answer_words(std::uint64_t handle, const report::NumberHistory& history,
                         const report::Answer& answer);

}  // namespace ajar::render
