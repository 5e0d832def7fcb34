#include "analyze/tables/openings.h"

#include <algorithm>

namespace ajar::analyze {
namespace {

constexpr int kMostGenerations = 64;  // of tables copied from tables; a damaged recording may have a ring

}  // namespace

void Openings::want(const model::World& world, model::TableId table, model::Time at) {
  for (int i = 0; i < kMostGenerations && !table.none(); ++i) {
    if (wanted(table, at) == nullptr) wanted_.push_back({.table = table, .at = at, .openings = {}});
    const model::Table* row = world.tables.find(table);
    if (row == nullptr) return;
    table = row->copied_from;
    at = row->created;
  }
}

void Openings::on_events(std::span<const model::Event> events) {
  for (const model::Event& event : events) {
    if (event.table != latest_) traced_.insert(latest_ = event.table);
    for (Wanted& wanted : wanted_) {
      if (wanted.table == event.table && event.time <= wanted.at) apply(event, wanted);
    }
  }
}

void Openings::apply(const model::Event& event, Wanted& wanted) {
  using enum model::EventKind;
  const auto is_over = [&](const auto& item) { return item.second.time <= event.time; };
  switch (event.kind) {
    case open:
    case duplicate: {
      const auto [at, is_new] = wanted.openings.try_emplace(event.handle);
      if (!is_new && at->second.time > event.time) return;
      at->second = {.time = event.time, .stack = event.stack, .call = event.call, .thread = event.thread};
      return;
    }
    case close: {
      const auto at = wanted.openings.find(event.handle);
      if (at != wanted.openings.end() && is_over(*at)) wanted.openings.erase(at);
      return;
    }
    case close_range:
      std::erase_if(wanted.openings, [&](const auto& item) {
        return item.first >= event.handle && item.first <= event.other && is_over(item);
      });
      return;
    case inherit:
    case bad_reference:
    case bad_use:
    case failed_open:
    case address:
      return;
  }
}

bool Openings::traced(model::TableId table) const {
  return traced_.contains(table);
}

const Openings::Wanted* Openings::wanted(model::TableId table, model::Time at) const {
  const auto found = std::ranges::find_if(
      wanted_, [&](const Wanted& wanted) { return wanted.table == table && wanted.at == at; });
  return found == wanted_.end() ? nullptr : &*found;
}

const Opening* Openings::find(const model::World& world, model::TableId table, model::Time at,
                              std::uint64_t handle) const {
  for (int i = 0; i < kMostGenerations && !table.none(); ++i) {
    const Wanted* known = wanted(table, at);
    if (known == nullptr) return nullptr;
    const auto found = known->openings.find(handle);
    if (found != known->openings.end()) return &found->second;
    const model::Table* row = world.tables.find(table);
    if (row == nullptr) return nullptr;
    table = row->copied_from;
    at = row->created;
  }
  return nullptr;
}

}  // namespace ajar::analyze
