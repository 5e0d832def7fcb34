#pragma once

#include <cstdint>
#include <vector>

#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// What is to be done about each system call, for whoever sits at all of them: from the catalog's rows.
std::vector<ajar_call_plan> make_plans();

// What is to be done about a call only with some value of one of its arguments (ioctl's requests, fcntl's
// commands).
struct PlanByArgument {
  std::uint32_t row = 0;  // of the plans
  std::uint32_t value = 0;
  ajar_call_plan plan{};
};
std::vector<PlanByArgument> make_plans_by_argument();

}  // namespace ajar::capture::kernel
