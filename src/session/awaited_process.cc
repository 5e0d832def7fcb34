#include "session/awaited_process.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/program_name.h"

namespace ajar::session {
namespace {

// Between fork and exec a process has its maker's name; an older one becomes another program rarely.
constexpr std::chrono::seconds kYoung{2};
constexpr std::chrono::milliseconds kLookAtAllEvery{100};

}  // namespace

bool AwaitedProcess::goes_by_it(std::int64_t pid) const {
  const auto path = proc_.executable(pid);
  const auto command = path ? proc_.command_line(pid) : std::vector<std::string>();
  return path && command && platform::goes_by(name_, *path, *command);
}

AwaitedProcess::AwaitedProcess(std::string name, platform::ProcFs proc)
    : name_(std::move(name)), proc_(std::move(proc)) {
  for (const std::int64_t pid : proc_.pids()) {
    if (goes_by_it(pid)) {
      had_it_.insert(pid);
    } else {
      met_.emplace(pid, Clock::time_point{});
    }
  }
}

std::optional<std::int64_t> AwaitedProcess::look() {
  const std::vector<std::int64_t> pids = proc_.pids();
  const auto now = Clock::now();
  const bool all = now >= look_at_all_;
  if (all) look_at_all_ = now + kLookAtAllEvery;
  std::erase_if(had_it_, [&](std::int64_t pid) { return !std::ranges::binary_search(pids, pid); });
  std::erase_if(met_, [&](const auto& row) { return !std::ranges::binary_search(pids, row.first); });
  for (const std::int64_t pid : pids) {
    if (had_it_.contains(pid)) continue;
    const auto met = met_.try_emplace(pid, now).first->second;
    if ((all || now - met < kYoung) && goes_by_it(pid)) return pid;
  }
  return std::nullopt;
}

}  // namespace ajar::session
