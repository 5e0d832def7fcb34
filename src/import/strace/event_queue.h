#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/snapshot.h"
#include "recording/writer.h"

namespace ajar::import::strace {

// What is written at one place of the order: of a call, or a table. The stack of a call comes behind it, and
// the outcome of one that another thread's calls interrupt later still.
struct Item {
  std::vector<model::Event> events;
  std::optional<model::Snapshot> table;
  bool ready = false;
  bool is_written = false;  // what is changed in it from then on is not
};
using ItemPtr = std::shared_ptr<Item>;

// Writes items in the order in which they were added, each when it and all before it are ready. A call that
// takes very long is not waited for.
class EventQueue {
 public:
  explicit EventQueue(recording::Writer& writer) : writer_(writer) {}

  ItemPtr add();
  // Of one table, at that time.
  void add(model::Snapshot table);

  // Writes what can be written.
  base::Result<void> write();
  // All that there is.
  base::Result<void> finish();

  // Of what was written last.
  [[nodiscard]] model::Time latest() const { return latest_; }

 private:
  base::Result<void> write_first();

  recording::Writer& writer_;
  std::deque<ItemPtr> items_;
  model::Time latest_{};
};

}  // namespace ajar::import::strace
