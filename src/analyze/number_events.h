#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analyze/accusations.h"
#include "analyze/number_watch.h"
#include "analyze/slot.h"
#include "report/number_history.h"

namespace ajar::analyze {

// One thing that happened to a number; there may be millions. Lives are places among NumberEvents::lives.
struct SeenEvent {
  using What = report::NumberEvent::What;

  model::Time time{};
  What what = What::opened;
  report::Closer closer = report::Closer::unknown;  // of an end
  bool noise = false;                               // of a failure
  std::int32_t error = 0;
  model::ThreadId thread;
  model::StackId stack;
  model::StringId call;
  std::optional<std::uint64_t> other;
  std::optional<std::size_t> life;           // the one that it is about; of a failure, the one before
  std::optional<std::size_t> stolen, owned;  // of a bad close that shows a theft

  [[nodiscard]] bool begins() const { return what <= What::seen_open; }
  [[nodiscard]] bool fails() const { return what >= What::bad_close; }
  [[nodiscard]] bool ends() const { return !begins() && !fails() && what != What::copied; }
};

// Places of the events that begin and end a life.
struct LifeEnds {
  std::optional<std::size_t> opened, closed;
};

struct NumberEvents {
  std::vector<Generation> lives;  // by time of opening
  std::vector<SeenEvent> events;  // by time
  std::vector<LifeEnds> ends;     // of each life
};

// All that happened to the watched number in a table; `table` is its state. `bad_uses`: as Origin has it.
NumberEvents number_events(const NumberWatch& watch, const NumberWatch::Seen& seen, const TableState& table,
                           Accusations& accusations, bool bad_uses);

}  // namespace ajar::analyze
