#pragma once

#include <chrono>

#include "base/ids.h"

namespace ajar::model {

// Recording-local ids (1, 2, 3 …; 0 is none). They never change while a recording lives, and never name
// another thing later, unlike the pids, thread ids and addresses that the system gives again.
using ProcessId = base::Id<struct ProcessTag>;
using ImageId = base::Id<struct ImageTag>;
using TableId = base::Id<struct TableTag>;
using ThreadId = base::Id<struct ThreadTag>;
using ModuleId = base::Id<struct ModuleTag>;
using StackId = base::Id<struct StackTag>;
using StringId = base::Id<struct StringTag>;
using MarkId = base::Id<struct MarkTag>;

// Nanoseconds since the start of the recording, by a clock that never goes back.
using Time = std::chrono::nanoseconds;

// For people, who count in seconds.
inline double seconds(Time time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace ajar::model
