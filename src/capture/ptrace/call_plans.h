#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "wire/kernel_call.h"

namespace ajar::capture::ptrace {

// A system call as its thread stands at its beginning or end.
struct Call {
  std::uint64_t number = 0;
  std::uint8_t abi = AJAR_ABI_64;  // enum ajar_call_abi
  std::uint64_t arguments[6] = {};
};

// What is to be done about calls: the plans of all ways in from outside, looked up.
class CallPlans {
 public:
  CallPlans();

  // nullptr: nothing.
  [[nodiscard]] const ajar_call_plan* plan_of(const Call& call) const;

 private:
  std::vector<ajar_call_plan> plans_;
  std::unordered_map<std::uint64_t, ajar_call_plan> by_argument_;  // by row and value
};

}  // namespace ajar::capture::ptrace
