#include "analyze/number_watch.h"

#include <utility>

namespace ajar::analyze {
namespace {

constexpr std::int32_t kBadDescriptor = 9;  // Linux's EBADF

}  // namespace

bool NumberWatch::concerns(const model::Event& event) const {
  using enum model::EventKind;
  switch (event.kind) {
    case close_range:
      return event.handle <= handle_ && handle_ <= event.other;
    case duplicate:
      return event.handle == handle_ || event.other == handle_;
    case failed_open:  // any may have 0
      return event.error == kBadDescriptor && handle_ != 0 && event.other == handle_;
    default:
      return event.handle == handle_;
  }
}

void NumberWatch::on_events(const model::World& world, std::span<const model::Event> events) {
  using enum model::EventKind;
  observed_.on_events(world, events);
  for (const model::Event& event : events) {
    has_traced_ = true;
    Seen& seen = seen_[event.table];
    if (event.kind == open || event.kind == duplicate || event.kind == inherit)
      seen.numbers[event.handle] = true;
    if (!concerns(event)) continue;
    seen.events.push_back(event);
    seen.events.back().time = sane(event.time);
  }
}

void NumberWatch::on_snapshot(const model::World& world, const model::Snapshot& snapshot) {
  observed_.on_snapshot(world, snapshot);
  has_traced_ |= snapshot.taken == model::Snapshot::Taken::at_start;
  Seen& seen = seen_[snapshot.table];
  for (const model::Handle& handle : snapshot.handles) seen.numbers[handle.value] = true;
  const model::Handle* found = snapshot.find(handle_);
  if (found == nullptr) return;
  model::Snapshot row;
  row.table = snapshot.table;
  row.image = snapshot.image;
  row.taken = snapshot.taken;
  row.begin = snapshot.begin;
  row.end = snapshot.end;
  make_sane(row);
  row.handles.push_back(*found);
  seen.tables.push_back(std::move(row));
}

void NumberWatch::on_loss(const model::World& world, const model::Loss& loss) {
  observed_.on_loss(world, loss);
}

const NumberWatch::Seen* NumberWatch::seen(model::TableId table) const {
  const auto found = seen_.find(table);
  return found == seen_.end() ? nullptr : &found->second;
}

}  // namespace ajar::analyze
