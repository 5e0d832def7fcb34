#pragma once

#include "agent/linux/by_number.h"
#include "agent/linux/sandbox.h"
#include "agent/linux/shapes.h"

namespace ajar::agent {

// syscall(): has the effect of the call that it is given the number of.
struct ByNumber {};

template <typename Call, typename AskedFor, typename... Arguments>
int64_t hook(ByNumber, Entry, const unwind::Registers& caller, Call&& call_it, AskedFor&&, int64_t number,
             int64_t first, Arguments... others) {
  const auto call = [&] { return sets_filter_by_number(number, first) ? enter_sandbox(call_it) : call_it(); };
  const NumberedCall* row = numbered_call(number);
  if (row == nullptr) return call();
  const bool recorded = begin_call();
  const NumberedCall::Made made{row, {static_cast<uint64_t>(first), static_cast<uint64_t>(others)...}, now()};
  const int64_t result = call();
  if (recorded) report_by_number(made, result, caller);
  return result;
}

}  // namespace ajar::agent
