#include "import/strace/event_queue.h"

#include <algorithm>
#include <utility>

namespace ajar::import::strace {
namespace {

constexpr std::size_t kMostWaiting = 4096;

}  // namespace

ItemPtr EventQueue::add() {
  return items_.emplace_back(std::make_shared<Item>());
}

void EventQueue::add(model::Snapshot table) {
  Item& item = *items_.emplace_back(std::make_shared<Item>());
  item.table = std::move(table);
  item.ready = true;
}

// Clocks may tell one time for many calls: their order is that of the lines.
base::Result<void> EventQueue::write_first() {
  const ItemPtr item = std::move(items_.front());
  items_.pop_front();
  item->is_written = true;
  if (item->table) {
    item->table->begin = item->table->end = latest_ = std::max(item->table->begin, latest_);
    return writer_.snapshot(*item->table);
  }
  for (model::Event& event : item->events) {
    event.time = latest_ = std::max(event.time, latest_ + model::Time(1));
    if (auto written = writer_.event(event); !written.ok()) return written;
  }
  return {};
}

base::Result<void> EventQueue::write() {
  while (!items_.empty() && (items_.front()->ready || items_.size() > kMostWaiting)) {
    if (auto written = write_first(); !written.ok()) return written;
  }
  return {};
}

base::Result<void> EventQueue::finish() {
  while (!items_.empty()) {
    if (auto written = write_first(); !written.ok()) return written;
  }
  return {};
}

}  // namespace ajar::import::strace
