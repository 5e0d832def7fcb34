#include "session/recorded_operations.h"

#include <algorithm>
#include <deque>
#include <span>
#include <vector>

#include "objfile/minidump_operations.h"

namespace ajar::session {
namespace {

// A process of Windows has one table.
model::TableId table_of(const model::World& world, std::int64_t pid) {
  model::TableId table;
  for (const model::Image& image : world.images) {
    const model::Process* process = world.processes.find(image.process);
    if (process != nullptr && process->pid == pid) table = image.table;
  }
  return table;
}

// The latest events that are operations on one table.
class Gathering final : public model::Observer {
 public:
  Gathering(model::TableId table, std::size_t most) : table_(table), most_(most) {}

  void on_events(const model::World& /*world*/, std::span<const model::Event> events) override {
    for (const model::Event& event : events) {
      if (event.table != table_ || !objfile::is_operation(event.kind)) continue;
      if (kept_.size() == most_) {
        kept_.pop_front();
        ++older_;
      }
      kept_.push_back(event);
    }
  }
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& /*snapshot*/) override {}

  // Events come nearly in the order of time, and are given back in it.
  [[nodiscard]] std::vector<model::Event> events() const {
    std::vector<model::Event> all(kept_.begin(), kept_.end());
    std::ranges::stable_sort(all, {}, &model::Event::time);
    return all;
  }
  [[nodiscard]] std::uint64_t older() const { return older_; }

 private:
  model::TableId table_;
  std::size_t most_;
  std::deque<model::Event> kept_;
  std::uint64_t older_ = 0;
};

}  // namespace

RecordedOperations recorded_operations(recording::Reader& recording, std::int64_t pid, std::size_t most) {
  const model::TableId table = table_of(recording.world(), pid);
  if (table.none()) return {};
  Gathering gathering(table, most);
  model::Cursor cursor;
  recording.read(cursor, gathering);
  return {.latest = objfile::operations_of(recording.world(), table, gathering.events()),
          .older = gathering.older()};
}

}  // namespace ajar::session
