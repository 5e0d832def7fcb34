#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "import/events/logged_event.h"
#include "model/system_log.h"
#include "model/world.h"
#include "recording/writer.h"

namespace ajar::import::events {

// Gathers what a log's events say, in whatever order they come, and makes a recording of it: time 0 is the
// first event's. Kept are those that catalog/windows_events.h has; the others are counted. The numbers of
// handles that 2004 of the Resource-Exhaustion-Detector tells become counts.
class LogWorld {
 public:
  void add(const LoggedEvent& event);

  // An event was there, and could not be read.
  void miss() { ++not_read_; }

  // There was more that could not be read, nobody knows how much.
  void cut_off() { is_cut_off_ = true; }

  // An error where no event could be read.
  base::Result<model::Time> write(model::World& world, recording::Writer& writer);

 private:
  // At a moment; times are nanoseconds since 1970 until it is written.
  struct Counted {
    model::Time time{};
    std::string host;
    LoggedProcess process;
  };

  base::Result<void> write_counts(model::Time start, model::World& world, recording::Writer& writer);

  std::map<std::pair<std::string, std::string>, model::SystemLog> logs_;  // by channel and host
  std::vector<Counted> counted_;
  std::uint64_t not_read_ = 0;
  bool is_cut_off_ = false;
};

}  // namespace ajar::import::events
