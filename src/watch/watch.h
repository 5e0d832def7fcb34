#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "analyze/count_history.h"
#include "base/result.h"
#include "report/count_trends.h"
#include "session/live_tables.h"
#include "session/snapshot_file.h"
#include "watch/count_sampler.h"

namespace ajar::watch {

struct WatchOptions {
  std::vector<std::int64_t> pids;  // empty: all processes
  std::string output;              // the recording; empty: none
  session::Bounds bounds = {};     // what of it is kept
  double keep_s = 600;             // samples are kept for so long, and judged
};

// Watches how many handles processes have, and which of them grow. Looks at the tables of those that rise,
// all at once, for their types and limits and what they share. One thread at a time.
class Watch {
 public:
  static base::Result<std::unique_ptr<Watch>> start(WatchOptions options);

  // What is new since the last look.
  const report::Sweep& look();

  // Of the last look.
  [[nodiscard]] const std::set<model::ProcessId>& growing() const { return growing_; }
  [[nodiscard]] const std::vector<model::CountSample>& samples() const { return samples_; }
  [[nodiscard]] std::span<const model::ProcessId> ended() const { return ended_; }
  [[nodiscard]] const report::Sweep& sweep() const { return sweep_; }
  [[nodiscard]] const model::World& world() const { return live_.world(); }

  // So many processes were told to be watched; 0: all are.
  [[nodiscard]] std::size_t asked_for() const { return options_.pids.size(); }
  // All those have ended.
  [[nodiscard]] bool all_ended() const { return !options_.pids.empty() && sweep_.processes == 0; }

  [[nodiscard]] report::CountTrends trends() { return history_.trends(live_.world()); }

  // See CountHistory.
  [[nodiscard]] std::vector<report::CountTrend> trends_of(std::span<const model::ProcessId> processes) {
    return history_.trends_of(live_.world(), processes);
  }
  [[nodiscard]] std::map<std::string, std::uint64_t> types_of(model::ProcessId process,
                                                              double seconds) const {
    return history_.types_of(process, seconds);
  }

  // The same of one process, for who shows many and asks for those that are seen. Says not who it is.
  [[nodiscard]] report::CountTrend trend(model::ProcessId process) {
    return history_.trend(live_.world(), process);
  }
  [[nodiscard]] const analyze::CountHistory& history() const { return history_; }

  [[nodiscard]] bool records() const { return file_ != nullptr; }

  // Why the recording ends here, said once; the watch goes on without it.
  std::optional<std::string> take_trouble() { return std::exchange(trouble_, std::nullopt); }

  // Nothing may come after it.
  base::Result<void> finish();

 private:
  explicit Watch(WatchOptions options);

  void note(const base::Result<void>& written);
  [[nodiscard]] bool may_forget(model::ProcessId ended) const;
  void forget_old();
  void look_at_tables();
  void look_at_tables(const std::vector<model::ProcessId>& wanted);
  std::vector<session::LiveTable> read_tables(const std::vector<model::ProcessId>& processes);

  WatchOptions options_;
  session::LiveTables live_;
  CountSampler sampler_;
  analyze::CountHistory history_;
  std::unique_ptr<session::SnapshotFile> file_;
  report::Sweep sweep_;
  std::vector<model::CountSample> samples_;
  std::vector<model::ProcessId> ended_;
  std::deque<model::ProcessId> remembered_;  // ended before that, in this order, and not forgotten yet
  std::set<model::ProcessId> growing_;
  std::set<model::ProcessId> asked_;      // for their tables, and alive
  std::set<model::ProcessId> looked_at_;  // into them
  // When they are looked at again; and when at the earliest, should another one rise before.
  model::Time next_look_{}, next_look_at_new_{};
  std::optional<model::Time> first_look_;
  std::optional<std::string> trouble_;
};

}  // namespace ajar::watch
