#include "capture/ptrace/call_plans.h"

#include "capture/kernel/plans.h"

namespace ajar::capture::ptrace {
namespace {

std::uint64_t key_of(std::uint64_t row, std::uint64_t value) {
  return row << 32U | static_cast<std::uint32_t>(value);
}

}  // namespace

CallPlans::CallPlans() : plans_(kernel::make_plans()) {
  for (const kernel::PlanByArgument& plan : kernel::make_plans_by_argument())
    by_argument_[key_of(plan.row, plan.value)] = plan.plan;
}

const ajar_call_plan* CallPlans::plan_of(const Call& call) const {
  if (call.number >= AJAR_CALL_NUMBERS) return nullptr;
  const std::uint64_t row = call.number + (call.abi == AJAR_ABI_32 ? AJAR_CALL_NUMBERS : 0);
  const ajar_call_plan& plan = plans_[row];
  if (plan.what == 0) return nullptr;
  if ((plan.what & AJAR_PLAN_BY_ARGUMENT) == 0) return &plan;
  const auto found = by_argument_.find(key_of(row, call.arguments[plan.closes % 6]));
  return found == by_argument_.end() ? nullptr : &found->second;
}

}  // namespace ajar::capture::ptrace
