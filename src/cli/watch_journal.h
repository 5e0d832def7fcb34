#pragma once

#include <cstdint>
#include <map>
#include <ostream>

#include "model/ids.h"
#include "session/watch.h"

namespace ajar::cli {

// What a service's journal gets of a watch: a line with date and time for each process that begins to grow,
// and again where it still grows, or grows once more, an hour later.
class WatchJournal {
 public:
  explicit WatchJournal(std::ostream& out) : out_(out) {}

  // After each look.
  void look(session::Watch& watch);

 private:
  std::ostream& out_;
  std::map<model::ProcessId, std::int64_t> said_at_;  // in the last hour
};

}  // namespace ajar::cli
