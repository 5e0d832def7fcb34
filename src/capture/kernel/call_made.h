#pragma once

#include <cstdint>
#include <string_view>

#include "calls/call_rows.h"
#include "calls/numbers.h"
#include "model/ids.h"
#include "wire/kernel_call.h"

namespace ajar::capture::kernel {

// A call as it is worked on.
struct Made {
  ajar_call call{};
  std::string_view payload;
  const calls::CallRow* row = nullptr;  // none of AJAR_CALL_USED, where the call has none
  model::TableId table;
  model::ImageId image;
  model::ThreadId thread;
  model::StackId stack;

  [[nodiscard]] std::uint64_t argument(unsigned number) const { return call.arguments[number % 6]; }
  [[nodiscard]] bool has_failed() const { return calls::has_failed(call.result); }
  [[nodiscard]] std::int32_t error() const {
    return has_failed() ? static_cast<std::int32_t>(-call.result) : 0;
  }
};

inline std::uint64_t handle_number(std::uint64_t argument) {
  const auto number = static_cast<std::int32_t>(argument);
  return number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

}  // namespace ajar::capture::kernel
