#include "analyze/table_state.h"

#include <algorithm>
#include <utility>

#include "analyze/carried_facts.h"
#include "analyze/handle_types.h"
#include "model/windows_objects.h"

namespace ajar::analyze {
namespace {

using Origin = Generation::Origin;
using Gone = Generation::Gone;
using Taken = model::Snapshot::Taken;
using namespace std::chrono_literals;

constexpr model::Time before_everything = model::Time::min();

// By then an event of a snapshot's time has arrived.
constexpr model::Time settling_time = 500ms;

// Closes of ranges that an open may still arrive for.
constexpr std::size_t sweeps_kept = 4;

// How long a thread may be kept between taking an event's time and the call. A snapshot from within the
// process at its end has hardly any other threads to wait for, or none: then what was closed before it and is
// in it was opened again, unseen.
model::Time slack(Taken taken, bool several_threads) {
  if (taken != Taken::at_exit) return 100ms;
  return several_threads ? 2ms : 0ms;
}

// On Windows a child gets those of its parent's handles that are marked so. Others that have a parent's
// number are its own, which its loader has opened.
bool may_be_parents(const model::World& world, const model::Handle& handle) {
  if (!world.origin.is_windows()) return true;
  const model::Fact* attributes = model::find_fact(handle.facts, model::FactKey::attributes);
  return attributes != nullptr && (attributes->number & model::kInheritedByChildren) != 0;
}

bool was_open_at(const Generation& life, model::Time time) {
  return life.open() || life.closed > time;
}

// Of what was open when the image was first seen.
Origin origin_at_start(const model::World& world, model::ImageId id) {
  const model::Image* image = world.images.find(id);
  const bool attached = image != nullptr && image->how == model::Image::Started::attached;
  return attached ? Origin::before_tracking : Origin::inherited;
}

StackKey key_of(const Generation& life) {
  return {.stack = life.stack, .type = life.type, .call = life.call};
}

}  // namespace

void TableState::begin(model::ImageId image, model::Time time) {
  image_ = image;
  began_ = time;
  has_begun_ = true;
}

Generation TableState::opened_by(const model::Event& event) const {
  Generation life;
  life.opened = event.time;
  life.thread = event.thread;
  life.stack = event.stack;
  life.call = event.call;
  life.type = event.type;
  life.text = event.text;
  if (event.kind == model::EventKind::inherit) life.origin = start_origin_;
  if (event.kind != model::EventKind::duplicate) return life;
  life.duplicate = true;
  const Slot* source = slot(event.other);
  const Generation* from = source == nullptr ? nullptr : source->latest_before(event.time);
  if (from == nullptr) return life;
  if (life.type.none()) life.type = from->type;
  if (life.text.none()) life.text = from->text;
  life.address = from->address;
  const bool from_start = from->origin == Origin::inherited || from->origin == Origin::before_tracking;
  life.stands_for = from_start ? event.other + 1 : from->stands_for;
  return life;
}

void TableState::take_open(const model::Event& event) {
  Generation life = opened_by(event);
  if (life.origin == Origin::event) life.row = stats_.row_of(key_of(life));
  slots_[event.handle].open(life, *this);
  if (!swept_.empty()) close_if_swept(event);
}

// An open that the image before exec made, and that arrives after exec.
void TableState::take_late_open(const model::Event& event) {
  Slot* slot = slots_.find(event.handle);
  Generation* life = slot == nullptr ? nullptr : slot->current();
  if (life == nullptr || life->origin != Origin::inherited || !life->stack.none()) return;
  const Generation late = opened_by(event);
  life->stack = late.stack;
  life->call = late.call;
  life->type = late.type;
  life->text = late.text;
  life->thread = late.thread;
}

// Ends the life that a close of a range met. A number that was free then is not touched: no close of it was
// asked for.
void TableState::sweep(Slot& slot, const model::Event& range) {
  const Generation* life = slot.latest_before(range.time);
  if (life != nullptr && was_open_at(*life, range.time)) slot.close(range.time, range.stack, *this);
}

void TableState::close_all_in(const model::Event& range) {
  slots_.for_each([&](std::uint64_t value, Slot& slot) {
    if (value >= range.handle && value <= range.other) sweep(slot, range);
  });
  swept_.push_back(range);
  if (swept_.size() > sweeps_kept) swept_.erase(swept_.begin());
}

// An open that arrives after the close of the range that it lies in.
void TableState::close_if_swept(const model::Event& opening) {
  for (const model::Event& range : swept_) {
    if (opening.handle < range.handle || opening.handle > range.other || range.time < opening.time) continue;
    sweep(slots_[opening.handle], range);
  }
}

void TableState::on_event(const model::World& world, const model::Event& event) {
  using enum model::EventKind;
  if (!has_begun_) {
    begin(event.image, event.time);
    start_origin_ = origin_at_start(world, image_);
  }
  several_threads_ |= !thread_.none() && event.thread != thread_;
  thread_ = event.thread;
  newest_event_ = std::max(newest_event_, event.time);
  const bool opens = event.kind == open || event.kind == duplicate || event.kind == inherit;
  if (event.image != image_ && event.time < began_) {
    if (opens) take_late_open(event);
    return;
  }
  if (opens) {
    take_open(event);
  } else if (event.kind == close) {
    slots_[event.handle].close(event.time, event.stack, *this);
  } else if (event.kind == close_range) {
    close_all_in(event);
  } else if (event.kind == address) {
    if (Generation* life = slots_[event.handle].latest_before(event.time)) life->address = event.text;
  }
  if (waiting_ && newest_event_ > waiting_->end + settling_time) settle(world);
}

bool TableState::counts(const Generation& life) const {
  return life.origin == Origin::event && (!since_ || life.opened > *since_);
}

void TableState::count_opened(const Generation& life, int number) {
  if (!counts(life)) return;
  StackStats& stats = stats_.at(life.row);
  stats.opened += number;
  stats.curve.add_opened(life.opened - began(), number);
  if (number <= 0) return;
  ++opens_;
  closing_phase_.on_open();
}

void TableState::count_closed(const Generation& life, int number) {
  if (!counts(life)) return;
  StackStats& stats = stats_.at(life.row);
  const model::Time at = life.closed - began();
  if (number > 0) {
    stats.count_close(at, life.closed - life.opened, opens_);
  } else {
    stats.take_back_close(at, life.closed - life.opened);
  }
  if (life.gone != Gone::closed) return;
  stats.closers.add(life.closed_by, number);
  const ClosingPhase::Closed closed{.opened_by = key_of(life), .opened = life.opened, .closed = life.closed};
  number > 0 ? closing_phase_.on_close(closed) : closing_phase_.take_back(closed);
}

void TableState::keep_lives_of(std::uint64_t handle) {
  kept_ = handle;
  slots_[handle].keep_all();
}

std::vector<Generation> TableState::kept_lives() const {
  std::vector<Generation> lives = kept_before_exec_;
  const Slot* last = kept_ ? slot(*kept_) : nullptr;
  if (last == nullptr) return lives;
  for (const Generation& life : last->lives()) {
    lives.push_back(life);
    if (life.opened == before_everything) lives.back().opened = began_;
  }
  return lives;
}

std::size_t TableState::first_kept_life_of(model::ImageId image) const {
  const auto found = first_kept_.find(image);
  return found == first_kept_.end() ? 0 : found->second;
}

void TableState::start_over() {
  if (kept_) {
    kept_before_exec_ = kept_lives();
    // The one that goes on stays in its slot.
    if (slots_[*kept_].current() != nullptr) kept_before_exec_.pop_back();
  }
  slots_.for_each([](std::uint64_t, Slot& slot) { slot.forget_past(); });
  slots_.erase_if([](std::uint64_t, const Slot& slot) { return slot.current() == nullptr; });
  if (kept_) slots_[*kept_].keep_all();
  types_before_exec_ = told_types();
  stats_.clear();
  opens_ = 0;
  closing_phase_ = {};
  at_start_.clear();
  compared_.reset();
}

void TableState::inherit(const model::World& world, const model::Snapshot& snapshot,
                         const model::Handle& handle, const TableState* parent) {
  Slot& slot = slots_[handle.value];
  if (Generation* survivor = slot.current()) {
    if (survivor->origin != Origin::before_tracking) survivor->origin = Origin::inherited;
    return;
  }
  Generation life;
  const model::Table* table = world.tables.find(snapshot.table);
  const bool is_known = parent != nullptr && table != nullptr && may_be_parents(world, handle);
  const Slot* origin = is_known ? parent->slot(handle.value) : nullptr;
  const Generation* there = origin == nullptr ? nullptr : origin->latest_before(table->created);
  if (there != nullptr && was_open_at(*there, table->created)) life = *there;
  life.opened = before_everything;
  life.gone = Gone::no;
  life.closed = {};
  life.origin = start_origin_;
  slot.open(life, *this);
}

void TableState::on_start(const model::World& world, const model::Snapshot& snapshot,
                          const TableState* parent) {
  settle(world);
  start_origin_ = origin_at_start(world, snapshot.image);
  if (has_begun_ && image_ != snapshot.image) {
    slots_.for_each([&](std::uint64_t value, Slot& slot) {
      if (snapshot.find(value) == nullptr) {
        slot.vanish(snapshot.begin, Gone::at_exec, *this);
      } else if (Generation* life = slot.current(); life != nullptr && life->origin == Origin::event) {
        life->origin = Origin::inherited;
      }
    });
    start_over();
    if (kept_) first_kept_[snapshot.image] = kept_before_exec_.size();
    begin(snapshot.image, snapshot.begin);
  }
  if (!has_begun_) begin(snapshot.image, snapshot.begin);
  for (const model::Handle& handle : snapshot.handles) {
    at_start_[handle.value] = handle;
    inherit(world, snapshot, handle, parent);
  }
}

void TableState::on_snapshot(const model::World& world, const model::Snapshot& snapshot) {
  settle(world);
  if (!has_begun_) begin(snapshot.image, snapshot.begin);
  waiting_ = snapshot;
}

void TableState::settle(const model::World& world) {
  if (!waiting_) return;
  model::Snapshot snapshot = std::move(*waiting_);
  waiting_.reset();
  if (snapshot.image != image_ && snapshot.begin < began_) return;
  reconcile(world, snapshot);
  if (compared_) carry_facts(*compared_, snapshot);
  compared_ = std::move(snapshot);
}

bool TableState::is_other_object(const model::World& world, const Generation& life,
                                 const model::Handle& found) const {
  if (life.origin == Origin::event) return !compatible_types(world.text(life.type), found.type);
  if (life.origin == Origin::unseen) return false;
  const auto start = at_start_.find(found.value);
  return start != at_start_.end() && !compatible_types(start->second.type, found.type);
}

void TableState::compare_present(const model::World& world, const model::Snapshot& snapshot,
                                 const model::Handle& handle) {
  Slot& slot = slots_[handle.value];
  const Slot::Presence presence =
      slot.during(snapshot.begin, snapshot.end, slack(snapshot.taken, several_threads_));
  const Generation* life = slot.current();
  const bool seen = presence == Slot::Presence::open && life != nullptr && life->opened <= snapshot.begin;
  const bool replaced = seen && is_other_object(world, *life, handle);
  if (replaced) slot.vanish(snapshot.begin, Gone::vanished, *this);
  if (!replaced && presence != Slot::Presence::closed) return;
  Generation unseen;
  unseen.opened = snapshot.begin;
  // The operations of a dump are the last ones, without a gap: what none of them touched was open before.
  const bool is_older = !world.origin.events_have_times() && slot.lives().empty();
  unseen.origin = is_older ? Origin::before_tracking : Origin::unseen;
  slot.open(unseen, *this);
}

void TableState::reconcile(const model::World& world, const model::Snapshot& snapshot) {
  if (snapshot.complete) {
    slots_.for_each([&](std::uint64_t value, Slot& slot) {
      if (snapshot.find(value) != nullptr) return;
      const Generation* life = slot.current();
      const bool was_there = life != nullptr && life->opened <= snapshot.begin;
      if (was_there) slot.vanish(snapshot.end, Gone::vanished, *this);
    });
  }
  for (const model::Handle& handle : snapshot.handles) compare_present(world, snapshot, handle);
}

std::set<model::StringId> TableState::told_types() const {
  std::set<model::StringId> types = types_before_exec_;
  for (const auto& [key, stats] : stats_) types.insert(key.type);
  return types;
}

const Slot* TableState::slot(std::uint64_t handle) const {
  return slots_.find(handle);
}

const model::Handle* TableState::find_compared(std::uint64_t value, const Generation& life) const {
  return !compared_ || life.opened > compared_->end ? nullptr : compared_->find(value);
}

// A standard stream that was redirected and put back: the number holds what it held at the start.
bool TableState::is_restored(std::uint64_t value, const Generation& life, const model::Handle* found) const {
  if (!life.duplicate) return false;
  const auto start = at_start_.find(value);
  if (start == at_start_.end()) return false;
  if (found == nullptr) return life.stands_for == value + 1;
  return found->name == start->second.name && found->type == start->second.type;
}

// What an image that began after the mark inherited is told as such.
bool TableState::is_before_mark(const OpenHandle& handle) const {
  if (!begins_at_mark()) return false;
  return handle.life->opened <= *since_ || handle.counts_as == start_origin_;
}

std::vector<OpenHandle> TableState::open_handles(const model::World& world) const {
  std::vector<OpenHandle> open;
  slots_.for_each([&](std::uint64_t value, const Slot& slot) {
    const Generation* life = slot.current();
    if (life == nullptr) return;
    OpenHandle handle{
        .value = value, .life = life, .in_table = find_compared(value, *life), .counts_as = life->origin};
    if (handle.in_table != nullptr && is_other_object(world, *life, *handle.in_table))
      handle.in_table = nullptr;
    if (is_restored(value, *life, handle.in_table)) handle.counts_as = start_origin_;
    if (is_before_mark(handle)) handle.counts_as = Origin::before_mark;
    open.push_back(handle);
  });
  return open;
}

}  // namespace ajar::analyze
