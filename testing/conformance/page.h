#pragma once

#include <span>
#include <string>

#include "conformance/results.h"

namespace ajar::conformance {

// docs/conformance.md: all situations, and what each way in made of them.
std::string page(std::span<const Results> ways);

}  // namespace ajar::conformance
