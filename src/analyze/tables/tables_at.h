#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/source.h"

namespace ajar::analyze {

// The event that opened a handle.
struct Opening {
  model::Time time{};
  model::StackId stack;
  model::StringId call;
  model::ThreadId thread;
};

// A process's handle table at one moment, and what events tell of the handles in it.
struct TableAt {
  model::Snapshot snapshot;
  bool traced = false;                                  // events of this table were seen
  std::unordered_map<std::uint64_t, Opening> openings;  // by number; those that were seen
};

// Which of a process's snapshots is meant.
struct Moment {
  enum class By : std::uint8_t {
    number,  // `number` is 1 for the first, 2 for the second …, -1 for the last, -2 for the one before it …
    time,    // the last one that was begun at or before `time`
  };
  By by = By::number;
  std::int64_t number = -1;
  model::Time time{};

  static Moment first() { return {.by = By::number, .number = 1, .time = {}}; }
  static Moment last() { return {.by = By::number, .number = -1, .time = {}}; }
};

// For each moment the tables of the processes that have such a snapshot, in the order of their ids. An error
// where the recording has no snapshot at all, or none of a moment. Goes twice through the source.
base::Result<std::vector<std::vector<TableAt>>> tables_at(model::Source& source,
                                                          const std::vector<Moment>& moments);

}  // namespace ajar::analyze
