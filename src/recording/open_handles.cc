#include "recording/open_handles.h"

#include <algorithm>
#include <tuple>

namespace ajar::recording {

const model::Event* OpenHandles::find(model::TableId table, std::uint64_t handle) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : found->second.opened.find(handle);
}

void OpenHandles::apply(const model::Event& event) {
  OfTable& table = of(event.table);
  switch (event.kind) {
    case model::EventKind::open:
    case model::EventKind::duplicate:
    case model::EventKind::inherit:
      table.opened[event.handle] = event;
      table.addresses.erase(event.handle);
      return;
    case model::EventKind::close:
      table.opened.erase(event.handle);
      table.addresses.erase(event.handle);
      return;
    case model::EventKind::close_range: {
      const auto closed = [&](std::uint64_t handle, const model::Event&) {
        return handle >= event.handle && handle <= event.other;
      };
      table.opened.erase_if(closed);
      table.addresses.erase_if(closed);
      return;
    }
    case model::EventKind::address:
      if (table.opened.find(event.handle) != nullptr) table.addresses[event.handle] = event;
      return;
    case model::EventKind::bad_reference:
    case model::EventKind::bad_use:
    case model::EventKind::failed_open:
      return;
  }
}

void OpenHandles::apply(const model::World& world, const model::Snapshot& at_start) {
  OfTable& table = of(at_start.table);
  for (const model::Handle& handle : at_start.handles) {
    if (table.opened.find(handle.value) != nullptr) continue;
    table.opened[handle.value] = inherited(world, at_start, handle.value);
  }
}

model::Event OpenHandles::inherited(const model::World& world, const model::Snapshot& at_start,
                                    std::uint64_t handle) const {
  const model::Table* table = world.tables.find(at_start.table);
  model::Event event{};
  if (table != nullptr) {
    // Opened there again since the copy, it is another one.
    const model::Event* origin = find(table->copied_from, handle);
    if (origin != nullptr && origin->time <= table->created) event = *origin;
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
  std::erase_if(tables_, [&](const auto& entry) {
    const model::Table* table = world.tables.find(entry.first);
    return table != nullptr && table->died.has_value();
  });
  recent_ = nullptr;
  std::vector<model::Event> events;
  const auto take = [&](std::uint64_t, const model::Event& event) { events.push_back(event); };
  for (const auto& [id, table] : tables_) {
    table.opened.for_each(take);
    table.addresses.for_each(take);
  }
  std::ranges::sort(events, {}, [](const model::Event& event) {
    return std::tuple(event.time, event.kind == model::EventKind::address, event.table, event.handle);
  });
  return events;
}

}  // namespace ajar::recording
