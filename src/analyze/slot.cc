#include "analyze/slot.h"

#include <algorithm>
#include <utility>

namespace ajar::analyze {
namespace {

using Gone = Generation::Gone;

constexpr std::ptrdiff_t lives_kept = 6;  // at least; trimmed when there are twice as many
constexpr std::size_t spare_closes_kept = 8;

}  // namespace

void Slot::end(Generation& generation, Gone how, model::Time time, model::StackId by, Ledger& ledger) {
  if (!generation.open()) reopen(generation, ledger);
  generation.gone = how;
  generation.closed = time;
  generation.closed_by = by;
  ledger.count_closed(generation, 1);
}

void Slot::reopen(Generation& generation, Ledger& ledger) {
  ledger.count_closed(generation, -1);
  generation.gone = Gone::no;
}

bool Slot::take_spare_close(model::Time from, model::Time to, Close& taken) {
  const auto found = std::ranges::find_if(
      spare_closes_, [&](const Close& close) { return close.time > from && close.time <= to; });
  if (found == spare_closes_.end()) return false;
  taken = *found;
  spare_closes_.erase(found);
  return true;
}

void Slot::keep_spare(Close close) {
  const auto at = std::ranges::upper_bound(spare_closes_, close.time, {}, &Close::time);
  spare_closes_.insert(at, close);
  if (spare_closes_.size() > spare_closes_kept) spare_closes_.erase(spare_closes_.begin());
}

void Slot::open(const Generation& generation, Ledger& ledger) {
  auto at = lives_.begin() + begun_by(generation.opened);
  if (at != lives_.end() && at->origin == Generation::Origin::unseen && explains(generation, *at)) {
    adopt(*at, generation, ledger);
    return;
  }
  at = lives_.insert(at, generation);
  ledger.count_opened(generation, 1);  // as `*at`, whose bytes are still on their way
  const bool last = std::next(at) == lives_.end();
  const model::Time until = last ? model::Time::max() : std::next(at)->opened;
  if (at != lives_.begin()) make_room_for(*at, *std::prev(at), ledger);
  Close taken;
  if (!at->open()) {
    // It went with the life that had been taken for it.
  } else if (take_spare_close(at->opened, until, taken)) {
    end(*at, Gone::closed, taken.time, taken.stack, ledger);
  } else if (!last) {
    end(*at, Gone::replaced, until, {}, ledger);
  }
  trim();
}

// Whether `opening` is the event of the life `shown` that a snapshot had shown first: nothing was closed
// between.
bool Slot::explains(const Generation& opening, const Generation& shown) const {
  return std::ranges::none_of(spare_closes_, [&](const Close& close) {
    return close.time > opening.opened && close.time < shown.opened;
  });
}

void Slot::adopt(Generation& shown, Generation opening, Ledger& ledger) {
  opening.gone = shown.gone;
  opening.closed = shown.closed;
  opening.closed_by = shown.closed_by;
  shown = opening;
  ledger.count_opened(shown, 1);
  if (!shown.open()) ledger.count_closed(shown, 1);
}

// Ends `before` at the latest when `opening` begins. An end that was taken for the earlier life's belongs to
// the one that began in between.
void Slot::make_room_for(Generation& opening, Generation& before, Ledger& ledger) {
  if (!before.open() && before.closed <= opening.opened) return;
  if (before.gone == Gone::closed) keep_spare({.time = before.closed, .stack = before.closed_by});
  if (before.gone == Gone::vanished || before.gone == Gone::at_exec) {
    end(opening, before.gone, before.closed, {}, ledger);
  }
  end(before, Gone::replaced, opening.opened, {}, ledger);
}

void Slot::close(model::Time time, model::StackId stack, Ledger& ledger) {
  Generation* life = latest_before(time);
  if (life == nullptr) return keep_spare({.time = time, .stack = stack});
  if (life->gone != Gone::closed) return end(*life, Gone::closed, time, stack, ledger);
  if (time >= life->closed) return keep_spare({.time = time, .stack = stack});
  keep_spare({.time = life->closed, .stack = life->closed_by});
  end(*life, Gone::closed, time, stack, ledger);
}

void Slot::vanish(model::Time time, Gone how, Ledger& ledger) {
  if (Generation* life = current()) end(*life, how, time, {}, ledger);
}

const Generation* Slot::current() const {
  return lives_.empty() || !lives_.back().open() ? nullptr : &lives_.back();
}

Generation* Slot::current() {
  return const_cast<Generation*>(std::as_const(*this).current());
}

const Generation* Slot::latest_before(model::Time time) const {
  const std::ptrdiff_t begun = begun_by(time);
  return begun == 0 ? nullptr : &lives_.begin()[begun - 1];
}

Generation* Slot::latest_before(model::Time time) {
  return const_cast<Generation*>(std::as_const(*this).latest_before(time));
}

std::span<const Generation> Slot::lives_until(model::Time time) const {
  return {lives_.begin(), lives_.begin() + begun_by(time)};
}

Slot::Presence Slot::during(model::Time begin, model::Time end, model::Time slack) const {
  const Generation* life = latest_before(begin);
  if (life == nullptr && trimmed_) return Presence::unknown;
  if (life != nullptr) {
    if (life->open() || life->closed > end) {
      // When a life ended that was replaced unseen, nobody knows.
      return life->gone == Gone::replaced ? Presence::unknown : Presence::open;
    }
    if (life->gone == Gone::replaced || life->closed >= begin - slack) return Presence::unknown;
  }
  const auto next = lives_.begin() + begun_by(begin);
  if (next != lives_.end() && next->opened <= end + slack) return Presence::unknown;
  return Presence::closed;
}

void Slot::forget_past() {
  if (lives_.size() > 1) lives_.erase(lives_.begin(), std::prev(lives_.end()));
  if (!lives_.empty() && !lives_.back().open()) lives_.clear();
  spare_closes_.clear();
}

void Slot::trim() {
  if (keeps_all_ || std::ssize(lives_) < 2 * lives_kept) return;
  lives_.erase(lives_.begin(), lives_.begin() + lives_kept);
  trimmed_ = true;
}

}  // namespace ajar::analyze
