#pragma once

#include <chrono>
#include <map>

#include "cli/watch_screen.h"
#include "model/ids.h"
#include "watch/watch.h"

namespace ajar::cli {

// What a service's journal gets of a watch: a line with date and time for each process that begins to grow,
// and again where it still grows, or grows once more, an hour later.
class WatchJournal {
 public:
  // After each look.
  void look(watch::Watch& watch, WatchScreen& screen);

 private:
  using Clock = std::chrono::steady_clock;

  std::map<model::ProcessId, Clock::time_point> said_at_;  // in the last hour
};

}  // namespace ajar::cli
