#include "analyze/number_events.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace ajar::analyze {
namespace {

using What = SeenEvent::What;
using Gone = Generation::Gone;
using Origin = Generation::Origin;

What opening_of(const Generation& life, const model::Event* event) {
  if (event != nullptr && event->kind == model::EventKind::duplicate) return What::duplicated;
  if (event != nullptr && event->kind == model::EventKind::open) return What::opened;
  switch (life.origin) {
    case Origin::event:
      return life.duplicate ? What::duplicated : What::opened;
    case Origin::inherited:
      return What::inherited;
    case Origin::before_tracking:
    case Origin::before_mark:
      return What::was_open;
    case Origin::unseen:
      break;
  }
  return What::seen_open;
}

What end_of(const Generation& life, const model::Event* event) {
  if (event != nullptr && event->kind == model::EventKind::close_range) return What::closed_in_range;
  if (event != nullptr && event->implied) return What::closed_over;
  switch (life.gone) {
    case Gone::replaced:
      return What::reopened;
    case Gone::vanished:
      return What::vanished;
    case Gone::at_exec:
      return What::closed_at_exec;
    case Gone::closed:
    case Gone::no:
      break;
  }
  return What::closed;
}

// Told twice: see model::Observer.
bool is_repeated(const Generation& life) {
  return life.gone == Gone::replaced && life.closed == life.opened;
}

bool is_opening(const model::Event& event) {
  using enum model::EventKind;
  return event.kind == open || event.kind == duplicate || event.kind == inherit;
}

bool is_ending(const model::Event& event) {
  return event.kind == model::EventKind::close || event.kind == model::EventKind::close_range;
}

class Builder {
 public:
  Builder(const NumberWatch& watch, const NumberWatch::Seen& seen, const TableState& table,
          Accusations& accusations, bool bad_uses)
      : watch_(watch), seen_(seen), table_(table), accusations_(accusations), bad_uses_(bad_uses) {
    lives_ = table.kept_lives();
    for (const model::Event& event : seen.events) {
      const bool of_number = event.handle == watch.handle();
      if (is_opening(event) && of_number) openings_[{event.time, event.stack}] = &event;
      if (is_ending(event)) endings_[{event.time, event.stack}] = &event;
    }
  }

  NumberEvents build() {
    for (std::size_t i = 0; i < lives_.size(); ++i) {
      if (is_repeated(lives_[i])) continue;
      add_opening(i);
      if (!lives_[i].open()) add_end(i);
    }
    for (const model::Event& event : seen_.events) add_other(event);
    // What closed a number on the way to opening it comes first, where they are of one time.
    std::ranges::stable_sort(events_, {}, &SeenEvent::time);
    std::vector<LifeEnds> ends = find_ends();
    for (const SeenEvent& event : events_) {
      const auto stolen = event.stolen ? ends[*event.stolen].closed : std::nullopt;
      if (stolen.has_value()) events_[*stolen].closer = report::Closer::no_owner;
    }
    return {.lives = std::move(lives_), .events = std::move(events_), .ends = std::move(ends)};
  }

 private:
  using ByTime = std::map<std::pair<model::Time, model::StackId>, const model::Event*>;

  static const model::Event* find(const ByTime& events, model::Time time, model::StackId stack) {
    const auto found = events.find({time, stack});
    return found == events.end() ? nullptr : found->second;
  }

  SeenEvent& add(model::Time time, What what, model::StackId stack, std::optional<std::size_t> life) {
    SeenEvent& event = events_.emplace_back();
    event.time = time;
    event.what = what;
    event.stack = stack;
    event.life = life;
    return event;
  }

  SeenEvent& add(const model::Event& from, What what, std::optional<std::size_t> life) {
    SeenEvent& event = add(from.time, what, from.stack, life);
    event.thread = from.thread;
    event.call = from.call;
    event.error = from.error;
    return event;
  }

  void add_opening(std::size_t index) {
    const Generation& life = lives_[index];
    const model::Event* from = find(openings_, life.opened, life.stack);
    SeenEvent& event = add(life.opened, opening_of(life, from), life.stack, index);
    event.thread = life.thread;
    event.call = life.call;
    if (from != nullptr && event.what == What::duplicated) event.other = from->other;
  }

  void add_end(std::size_t index) {
    const Generation& life = lives_[index];
    const bool closed = life.gone == Gone::closed;
    const model::Event* by = closed ? find(endings_, life.closed, life.closed_by) : nullptr;
    const What what = end_of(life, by);
    if (by == nullptr) {
      add(life.closed, what, life.closed_by, index);
      return;
    }
    SeenEvent& event = add(*by, what, index);
    if (what == What::closed_in_range) event.other = by->other;
    if (what == What::closed_over) event.other = source_of_replacement(index);
    event.closer = closer_of(life);
    used_.insert(by);
  }

  // Of what was put in the place of a life.
  std::optional<std::uint64_t> source_of_replacement(std::size_t index) const {
    if (index + 1 >= lives_.size()) return std::nullopt;
    const Generation& next = lives_[index + 1];
    const model::Event* opening = find(openings_, next.opened, next.stack);
    const bool known = opening != nullptr && opening->kind == model::EventKind::duplicate;
    return known ? std::optional(opening->other) : std::nullopt;
  }

  report::Closer closer_of(const Generation& life) {
    if (life.stack.none() || life.closed_by.none()) return report::Closer::unknown;
    const auto [at, is_new] = closers_.try_emplace({life.stack, life.closed_by});
    if (is_new) at->second = find_closer(life.stack, life.closed_by);
    return at->second;
  }

  report::Closer find_closer(model::StackId opened_by, model::StackId closed_by) {
    using report::Closer;
    const std::string& opener = accusations_.code_of(opened_by);
    const std::string& closer = accusations_.code_of(closed_by);
    if (opener == closer) return Closer::opener;
    if (accusations_.is_sweep(closed_by)) return Closer::sweep;
    const Habits& habits = accusations_.habits();
    if (habits.usual(opener, closer)) return Closer::usual;
    return habits.usual_closer(opener).empty() ? Closer::other : Closer::unusual;
  }

  // What is neither the beginning nor the end of a life.
  void add_other(const model::Event& event) {
    using enum model::EventKind;
    const bool is_use = event.kind == bad_use || (event.kind == bad_reference && bad_uses_);
    if (event.kind == failed_open || is_use) return add_bad_use(event);
    if (event.kind == bad_reference) return add_bad_close(event);
    if (event.kind == duplicate && event.other == watch_.handle() && event.handle != watch_.handle()) {
      add(event, What::copied, life_at(event.time)).other = event.handle;
      return;
    }
    // A close that succeeded of what nobody is known to have opened.
    const bool told = event.kind != close || event.implied || used_.contains(&event);
    if (!told) add(event, What::closed, std::nullopt);
  }

  std::optional<std::size_t> life_at(model::Time time) const {
    const auto after = std::ranges::upper_bound(lives_, time, {}, &Generation::opened);
    if (after == lives_.begin()) return std::nullopt;
    return static_cast<std::size_t>(after - lives_.begin() - 1);
  }

  // Those that the image met, up to `last`.
  std::span<const Generation> lives_met(model::ImageId image, std::optional<std::size_t> last) const {
    const std::size_t first = table_.first_kept_life_of(image);
    if (!last.has_value() || *last < first) return {};
    return std::span(lives_).subspan(first, *last + 1 - first);
  }

  bool is_no_bug(const model::Event& event) {
    const bool is_use = event.kind == model::EventKind::bad_use;
    return accusations_.is_harmless(event.stack, is_use) || accusations_.is_systems_own(event.stack);
  }

  void add_bad_close(const model::Event& event) {
    SeenEvent& seen = add(event, What::bad_close, std::nullopt);
    seen.noise = is_no_bug(event);
    seen.life = life_at(event.time);
    const BadClose bad = bad_close_of(event, lives_met(event.image, seen.life));
    if (bad.lives.empty()) return seen.life.reset();
    const std::optional<Theft> theft = accusations_.theft_behind(bad);
    if (!theft || *seen.life < std::max(theft->stolen, theft->owned)) return;
    seen.stolen = *seen.life - theft->stolen;
    seen.owned = *seen.life - theft->owned;
  }

  void add_bad_use(const model::Event& event) {
    SeenEvent& seen = add(event, What::bad_use, std::nullopt);
    seen.noise = event.kind == model::EventKind::bad_use && is_no_bug(event);
    const std::optional<std::size_t> before = life_at(event.time);
    const bool over = before && !lives_[*before].open() && lives_[*before].closed <= event.time;
    if (over) seen.life = before;
  }

  std::vector<LifeEnds> find_ends() const {
    std::vector<LifeEnds> ends(lives_.size());
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const SeenEvent& event = events_[i];
      if (!event.life.has_value()) continue;
      if (event.begins()) ends[*event.life].opened = i;
      if (event.ends()) ends[*event.life].closed = i;
    }
    return ends;
  }

  const NumberWatch& watch_;
  const NumberWatch::Seen& seen_;
  const TableState& table_;
  Accusations& accusations_;
  bool bad_uses_;
  std::vector<Generation> lives_;
  ByTime openings_, endings_;
  std::map<std::pair<model::StackId, model::StackId>, report::Closer> closers_;  // by opener and closer
  std::set<const model::Event*> used_;                                           // that end a life
  std::vector<SeenEvent> events_;
};

}  // namespace

NumberEvents number_events(const NumberWatch& watch, const NumberWatch::Seen& seen, const TableState& table,
                           Accusations& accusations, bool bad_uses) {
  return Builder(watch, seen, table, accusations, bad_uses).build();
}

}  // namespace ajar::analyze
