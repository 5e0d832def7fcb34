#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

#include "platform/procfs.h"

namespace ajar::session {

// A process that begins from now on under a name (platform::goes_by), found by looking again and again at
// which there are. One thread at a time.
class AwaitedProcess {
 public:
  explicit AwaitedProcess(std::string name, platform::ProcFs proc = platform::ProcFs());

  // Its pid; nothing while there is none.
  std::optional<std::int64_t> look();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] bool goes_by_it(std::int64_t pid) const;

  std::string name_;
  platform::ProcFs proc_;
  std::set<std::int64_t> had_it_;                            // the name, before
  std::unordered_map<std::int64_t, Clock::time_point> met_;  // the others
  Clock::time_point look_at_all_{};
};

}  // namespace ajar::session
