#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "model/count.h"
#include "report/count_trends.h"
#include "session/live_tables.h"

namespace ajar::watch {

// Counts the handles of processes, again and again at little cost. One thread at a time.
class CountSampler {
 public:
  struct Look {
    report::Sweep sweep;
    std::vector<model::CountSample> samples;
    std::vector<model::ProcessId> ended;  // since the last look
  };

  // Success where there is such a process; otherwise the error says that there is none.
  static base::Result<void> can_count(std::int64_t pid);

  // `only`: these processes; empty: all, but this one and the kernel's own. `live` has their rows, and must
  // outlive this.
  CountSampler(session::LiveTables& live, std::vector<std::int64_t> only);
  CountSampler(const CountSampler&) = delete;
  CountSampler& operator=(const CountSampler&) = delete;
  ~CountSampler();

  // Where all are looked at, a process that is new is in the next look only: most that are new are gone by
  // then.
  Look look();

 private:
  struct Counting;

  session::LiveTables& live_;
  std::unique_ptr<Counting> counting_;
};

}  // namespace ajar::watch
