#include "analyze/observed.h"

#include <algorithm>

namespace ajar::analyze {

model::Time sane(model::Time time) {
  return std::clamp<model::Time>(time, model::Time{0}, std::chrono::years(100));
}

void make_sane(model::Snapshot& table) {
  table.begin = sane(table.begin);
  table.end = std::max(sane(table.end), table.begin);
}

model::ProcessId process_of(const model::World& world, model::ImageId image) {
  const model::Image* found = world.images.find(image);
  return found == nullptr ? model::ProcessId() : found->process;
}

const TableState* Observed::find_table(model::TableId id) const {
  const auto found = tables_.find(id);
  return found == tables_.end() ? nullptr : &found->second;
}

const Troubles* Observed::find_troubles(model::ProcessId id) const {
  const auto found = troubles_.find(id);
  return found == troubles_.end() ? nullptr : &found->second;
}

BadCloses Observed::decided_bad_closes(model::ProcessId id) const {
  const Troubles* troubles = find_troubles(id);
  BadCloses bad_closes = troubles == nullptr ? BadCloses() : troubles->bad_closes;
  bad_closes.decide([&](model::TableId table) { return find_table(table); });
  return bad_closes;
}

// The table that the last event was of mostly is the next one's, too.
TableState& Observed::table(model::TableId id) {
  if (latest_ != nullptr && id == latest_id_) return *latest_;
  const auto [at, is_new] = tables_.try_emplace(id, since_);
  if (is_new && kept_) at->second.keep_lives_of(*kept_);
  latest_ = &at->second;
  latest_id_ = id;
  return *latest_;
}

void Observed::on_event(const model::World& world, const model::Event& event) {
  if (event.kind == model::EventKind::bad_reference || event.kind == model::EventKind::bad_use) {
    if (!is_told(event.time)) return;
    troubles_[process_of(world, event.image)].bad_closes.on_event(event, find_table(event.table));
  } else if (event.kind == model::EventKind::failed_open) {
    if (is_told(event.time)) troubles_[process_of(world, event.image)].failed_opens.on_event(event);
  } else {
    on_handle_event(world, event);
  }
}

void Observed::on_handle_event(const model::World& world, const model::Event& event) {
  table(event.table).on_event(world, event);
  if (event.kind != model::EventKind::close || troubles_.empty()) return;
  const auto known = troubles_.find(process_of(world, event.image));
  if (known != troubles_.end()) known->second.bad_closes.on_close(event);
}

void Observed::on_events(const model::World& world, std::span<const model::Event> events) {
  for (const model::Event& event : events) {
    if (event.time == sane(event.time)) {
      on_event(world, event);
    } else {
      model::Event mended = event;
      mended.time = sane(event.time);
      on_event(world, mended);
    }
  }
}

void Observed::on_snapshot(const model::World& world, const model::Snapshot& recorded) {
  using Taken = model::Snapshot::Taken;
  model::Snapshot snapshot = recorded;
  make_sane(snapshot);
  TableState& state = table(snapshot.table);
  bool& started = started_[snapshot.image];
  if (snapshot.taken != Taken::at_start || started) return state.on_snapshot(world, snapshot);
  started = true;
  const model::Table* row = world.tables.find(snapshot.table);
  state.on_start(world, snapshot, row == nullptr ? nullptr : find_table(row->copied_from));
}

void Observed::on_loss(const model::World& world, const model::Loss& loss) {
  if (!is_told(loss.time)) return;
  Troubles& troubles = troubles_[process_of(world, loss.image)];
  troubles.lost_events += loss.events;
  troubles.lost_at_least |= loss.at_least;
}

const TableState* settled_table(const TableState* table, const model::World& world, TableState& room) {
  if (table == nullptr || table->is_settled()) return table;
  room = *table;
  room.settle(world);
  return &room;
}

}  // namespace ajar::analyze
