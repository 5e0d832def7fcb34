#include "analyze/bad_closes.h"

namespace ajar::analyze {
namespace {

constexpr std::size_t room_to_wait = 1024;
constexpr std::size_t room_for_pasts = 1024;
constexpr std::size_t lives_looked_at = 12;  // the latest

std::span<const Generation> lives_begun(const model::Event& event, const TableState* table) {
  const Slot* slot = table == nullptr ? nullptr : table->slot(event.handle);
  return slot == nullptr ? std::span<const Generation>() : slot->lives_until(event.time);
}

// The lives that had ended when the close came; none where the latest is not known to have (yet).
std::vector<BadClose::Life> lives_before(const model::Event& event, std::span<const Generation> lives) {
  std::vector<BadClose::Life> before;
  if (lives.empty() || lives.back().open() || lives.back().closed > event.time) return before;
  for (std::size_t i = lives.size(); i-- > 0 && before.size() < lives_looked_at;) {
    const Generation& life = lives[i];
    // A call that opens over a number closes it on the way.
    const bool on_the_way = i + 1 < lives.size() && lives[i + 1].stack == life.closed_by;
    const bool plain = life.origin == Generation::Origin::event && life.gone == Generation::Gone::closed &&
                       !life.stack.none() && !life.closed_by.none() && !on_the_way;
    before.push_back({.opened_by = life.stack, .closed_by = life.closed_by, .plain = plain});
  }
  return before;
}

}  // namespace

BadClose bad_close_of(const model::Event& event, std::span<const Generation> begun) {
  return {.stack = event.stack,
          .is_use = event.kind == model::EventKind::bad_use,
          .lives = lives_before(event, begun)};
}

void BadCloses::on_event(const model::Event& event, const TableState* table) {
  if (event.kind != model::EventKind::bad_use) sweeps_.on_bad_close(event.stack, event.handle);
  if (waiting_.size() < room_to_wait && lives_before(event, lives_begun(event, table)).empty()) {
    waiting_.push_back(event);
  } else {
    record(event, table);
  }
}

void BadCloses::record(const model::Event& event, const TableState* table) {
  BadClose bad = bad_close_of(event, lives_begun(event, table));
  const bool full = tallies_.size() >= room_for_pasts && !tallies_.contains(bad);
  if (full && bad.lives.size() > 1) bad.lives.resize(1);
  Tally& tally = tallies_[bad];
  if (tally.count++ == 0) tally.handle = event.handle;
}

}  // namespace ajar::analyze
