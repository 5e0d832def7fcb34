#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <set>
#include <vector>

#include "analyze/process_counts.h"
#include "model/world.h"
#include "report/count_trends.h"

namespace ajar::analyze {

// Finds the processes that fall when others end, as counts come in or of all that there are. Remembers what
// it found, since the counts may be forgotten. Rows of which nobody knows whether they are one process, which
// have no pid, tell nothing.
class FallFinder {
 public:
  struct Found {
    model::ProcessId process;
    std::vector<model::ProcessId> ended;  // as those of `fall` are
    report::FallAtEnd fall;
  };

  // Looks at all that came since it was asked last, but for the last moment: how a fall goes on that begins
  // then only the next one tells. `fallen`: all rows that fell since then, and others.
  void find(const model::World& world, const std::set<model::Time>& moments, CountsById& rows,
            const std::set<model::ProcessId>& fallen);
  // The last moment that it looked at; seconds.
  [[nodiscard]] double judged_until() const { return judged_until_; }

  // Has those told who they are that were found since the last call, at once: later their rows may be other
  // processes'.
  void name_new(const std::function<report::NamedProcess(model::ProcessId)>& named);

  // In the order of time, of each process; at most the last 64.
  [[nodiscard]] const std::vector<Found>& found() const { return found_; }
  // How many there were.
  [[nodiscard]] std::size_t count() const { return forgotten_ + found_.size(); }

 private:
  void judge(const CountsById& rows, const std::vector<model::ProcessId>& ended, model::ProcessId id,
             ProcessCounts& counts, const Fall& fall);

  double judged_until_ = -std::numeric_limits<double>::infinity();
  std::vector<Found> found_;
  std::size_t forgotten_ = 0;
  std::size_t named_ = 0;  // of all that there were
};

}  // namespace ajar::analyze
