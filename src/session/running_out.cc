#include "session/running_out.h"

#include <algorithm>
#include <utility>

namespace ajar::session {

using Quantity = analyze::Condition::Quantity;

bool says_system_is_full(const std::string& message) {
  return message.starts_with("VFS: file-max limit ") && message.ends_with(" reached");
}

base::Result<std::unique_ptr<RunningOut>> RunningOut::listen(const analyze::Condition& condition) {
  auto listening = std::make_unique<RunningOut>();
  if (condition.asks_for(Quantity::refused)) {
    auto refusals = capture::ebpf::Refusals::load();
    if (!refusals.ok())
      return base::Error("'refused' can't be told: " + refusals.error().message() +
                         "; 'share>95%' needs no such right");
    listening->refusals_ = std::move(refusals).value();
  }
  if (condition.asks_for(Quantity::system_full)) {
    auto log = platform::KernelLog::open();
    if (!log.ok())
      return base::Error("'system-full' can't be told: " + log.error().message() +
                         "; the kernel's log is for root, or CAP_SYSLOG");
    listening->log_ = std::move(log).value();
  }
  return listening;
}

void RunningOut::look() {
  if (refusals_ != nullptr) refused_ = refusals_->take();
  if (log_) system_is_full_ = std::ranges::any_of(log_->take(), says_system_is_full);
}

}  // namespace ajar::session
