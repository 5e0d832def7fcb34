#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/situations.h"
#include "harness/command.h"
#include "harness/reported.h"
#include "harness/truth.h"

namespace ajar::conformance {

struct Judgement {
  Result result = Result::wrong;
  std::string why;                       // in words; empty if right
  std::vector<harness::Truth> truths{};  // of each process, in the order in which they were stated
};

// Runs the situation bare and then watched by that way (ways.h), and compares what ajar reports with what the
// victim says of itself, and what the victim does with what it does alone.
Judgement judge(const Situation& situation, std::string_view way);

// How a victim under ajar differs from the victim alone, in a sentence; empty: not at all.
std::string difference_in_behaviour(const harness::Outcome& bare, const harness::Outcome& with);

// What the report makes of the truths.
Judgement compare(const harness::Reported& reported, const std::vector<harness::Truth>& truths);

}  // namespace ajar::conformance
