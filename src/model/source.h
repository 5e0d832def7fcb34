#pragma once

#include <cstdint>
#include <span>

#include "model/count.h"
#include "model/event.h"
#include "model/snapshot.h"
#include "model/system_log.h"
#include "model/world.h"

namespace ajar::model {

// What an analysis is told, in the order in which it was recorded. The world is complete for everything that
// the call's arguments refer to (what a damaged recording lost is missing from it), and grows between calls.
// After damage, and at the front of a recording whose oldest part was dropped, openings of handles that are
// still open are told as they were recorded: an opening may be told twice.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_events(const World& world, std::span<const Event> events) = 0;
  virtual void on_snapshot(const World& world, const Snapshot& snapshot) = 0;
  virtual void on_loss(const World& world, const Loss& loss) = 0;
  // Of one moment or of several, in the order of time. Most analyses have no use for these two.
  virtual void on_counts(const World& /*world*/, std::span<const CountSample> /*samples*/) {}
  virtual void on_system_log(const World& /*world*/, const SystemLog& /*log*/) {}
};

// A place in a Source, from which reading goes on. What the numbers mean is the Source's own.
struct Cursor {
  std::uint64_t position = 0;
};

// What could not be read.
struct Damage {
  std::uint64_t bytes = 0;           // skipped
  std::uint64_t places = 0;          // where
  std::uint64_t unknown_blocks = 0;  // whole, but of a kind that a later version writes

  bool operator==(const Damage&) const = default;
};

// Where facts come from: the reader of a recording, a live session, an imported file. Analysis knows nothing
// else. One thread at a time.
class Source {
 public:
  virtual ~Source() = default;

  // As far as it has been read.
  [[nodiscard]] virtual const World& world() const = 0;
  [[nodiscard]] virtual const Damage& damage() const = 0;

  // The time of the last thing recorded so far.
  [[nodiscard]] virtual Time end() const = 0;

  // Tells `observer` all that there is from `cursor` on, and moves `cursor` to the end of it. May be called
  // again when there is more.
  virtual void read(Cursor& cursor, Observer& observer) = 0;
};

}  // namespace ajar::model
