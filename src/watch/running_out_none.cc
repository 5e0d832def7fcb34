#include "watch/running_out.h"

namespace ajar::watch {

using Quantity = analyze::Condition::Quantity;

struct RunningOut::Sources {};

RunningOut::RunningOut() = default;
RunningOut::~RunningOut() = default;

base::Result<std::unique_ptr<RunningOut>> RunningOut::listen(const analyze::Condition& condition) {
  if (condition.asks_for(Quantity::refused) || condition.asks_for(Quantity::system_full))
    return base::Error("'refused' and 'system-full' are told on Linux only; here 'count' and 'rate' say it");
  return std::make_unique<RunningOut>();
}

void RunningOut::look() {}

}  // namespace ajar::watch
