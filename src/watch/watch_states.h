#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "model/ids.h"
#include "report/watch_state.h"
#include "watch/watch.h"

namespace ajar::watch {

// What somebody who looks on from outside gets to see of a watch, a bounded part of it. Counts are those of
// the last look. Verdicts cost more: all are judged anew at most each five seconds, and for no more than a
// fiftieth of the time, but one that begins or ends to grow at once. Linux. One thread at a time, that of the
// watch.
class WatchStates {
 public:
  // At most so many processes are told one by one.
  explicit WatchStates(std::size_t most) : most_(most) {}

  // After a look.
  report::WatchState of(Watch& watch);

 private:
  using Clock = std::chrono::steady_clock;
  struct Judged {
    report::CountTrend trend;
    std::optional<std::uint64_t> soft_limit;
  };

  [[nodiscard]] std::vector<model::CountSample> choose(const Watch& watch) const;
  void judge(Watch& watch, const std::vector<model::CountSample>& chosen);
  [[nodiscard]] bool is_due(const Watch& watch, model::ProcessId process) const;
  [[nodiscard]] report::ProcessState state_of(const Watch& watch, const model::CountSample& sample) const;

  std::size_t most_;
  std::uint64_t sweeps_ = 0;
  std::map<model::ProcessId, Judged> judged_;  // those that were told last
  Clock::time_point all_due_;                  // when all are judged again
};

}  // namespace ajar::watch
