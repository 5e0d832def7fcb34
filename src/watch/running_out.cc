#include "watch/running_out.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "capture/ebpf/refusals.h"
#include "platform/kernel_log.h"

namespace ajar::watch {

using Quantity = analyze::Condition::Quantity;

struct RunningOut::Sources {
  std::unique_ptr<capture::ebpf::Refusals> refusals;
  std::optional<platform::KernelLog> log;
};

RunningOut::RunningOut() : sources_(std::make_unique<Sources>()) {}
RunningOut::~RunningOut() = default;

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
    listening->sources_->refusals = std::move(refusals).value();
  }
  if (condition.asks_for(Quantity::system_full)) {
    auto log = platform::KernelLog::open();
    if (!log.ok())
      return base::Error("'system-full' can't be told: " + log.error().message() +
                         "; the kernel's log is for root, or CAP_SYSLOG");
    listening->sources_->log = std::move(log).value();
  }
  return listening;
}

void RunningOut::look() {
  if (sources_->refusals != nullptr) refused_ = sources_->refusals->take();
  if (sources_->log) system_is_full_ = std::ranges::any_of(sources_->log->take(), says_system_is_full);
}

}  // namespace ajar::watch
