#include "recording/open_handles.h"

#include <algorithm>
#include <tuple>

namespace ajar::recording {

void OpenHandles::apply(const model::Event& event) {
  const Key key{.handle = event.handle, .table = event.table};
  switch (event.kind) {
    case model::EventKind::open:
    case model::EventKind::duplicate:
    case model::EventKind::inherit:
      opened_.insert_or_assign(key, event);
      addresses_.erase(key);
      return;
    case model::EventKind::close:
      opened_.erase(key);
      addresses_.erase(key);
      return;
    case model::EventKind::close_range: {
      const auto closed = [&](const auto& entry) {
        return entry.first.table == event.table && entry.first.handle >= event.handle &&
               entry.first.handle <= event.other;
      };
      std::erase_if(opened_, closed);
      std::erase_if(addresses_, closed);
      return;
    }
    case model::EventKind::address:
      if (opened_.contains(key)) addresses_.insert_or_assign(key, event);
      return;
    case model::EventKind::bad_reference:
    case model::EventKind::failed_open:
      return;
  }
}

void OpenHandles::apply(const model::World& world, const model::Snapshot& at_start) {
  for (const model::Handle& handle : at_start.handles) {
    const Key key{.handle = handle.value, .table = at_start.table};
    if (!opened_.contains(key)) opened_.emplace(key, inherited(world, at_start, handle.value));
  }
}

model::Event OpenHandles::inherited(const model::World& world, const model::Snapshot& at_start,
                                    std::uint64_t handle) const {
  const model::Table* table = world.tables.find(at_start.table);
  model::Event event{};
  if (table != nullptr) {
    // Opened there again since the copy, it is another one.
    const auto origin = opened_.find(Key{.handle = handle, .table = table->copied_from});
    if (origin != opened_.end() && origin->second.time <= table->created) event = origin->second;
  }
  event.kind = model::EventKind::inherit;
  event.implied = false;
  event.table = at_start.table;
  event.image = at_start.image;
  event.thread = {};
  event.time = table != nullptr ? table->created : at_start.begin;
  event.handle = handle;
  return event;
}

std::vector<model::Event> OpenHandles::events(const model::World& world) {
  const auto is_dead = [&](const auto& entry) {
    const model::Table* table = world.tables.find(entry.first.table);
    return table != nullptr && table->died.has_value();
  };
  std::erase_if(opened_, is_dead);
  std::erase_if(addresses_, is_dead);
  std::vector<model::Event> events;
  events.reserve(opened_.size() + addresses_.size());
  for (const auto& entry : opened_) events.push_back(entry.second);
  for (const auto& entry : addresses_) events.push_back(entry.second);
  std::ranges::sort(events, {}, [](const model::Event& event) {
    return std::tuple(event.time, event.kind == model::EventKind::address, event.table, event.handle);
  });
  return events;
}

}  // namespace ajar::recording
