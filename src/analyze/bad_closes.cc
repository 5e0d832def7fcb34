#include "analyze/bad_closes.h"

#include <algorithm>

namespace ajar::analyze {
namespace {

using Kind = report::BadClose::Kind;

constexpr std::size_t room_to_wait = 1024;

// A program that closes so many numbers in a row does not care which of them are open.
constexpr std::uint32_t sweep_length = 8;

}  // namespace

// The life that had ended when the close came; nullptr where none is known (yet).
const Generation* BadCloses::earlier_life(const model::Event& event, const TableState* table) {
  const Slot* slot = table == nullptr ? nullptr : table->slot(event.handle);
  const Generation* life = slot == nullptr ? nullptr : slot->latest_before(event.time);
  return life == nullptr || life->open() || life->closed > event.time ? nullptr : life;
}

void BadCloses::on_event(const model::Event& event, const TableState* table) {
  Run& run = runs_[event.stack];
  run.length = run.length > 0 && event.handle == run.last + 1 ? run.length + 1 : 1;
  run.last = event.handle;
  run.longest = std::max(run.longest, run.length);
  const Generation* life = earlier_life(event, table);
  if (life != nullptr || waiting_.size() >= room_to_wait) return record(event, life);
  waiting_.push_back(event);
}

void BadCloses::record(const model::Event& event, const Generation* life) {
  const Kind kind = life == nullptr ? Kind::not_open : Kind::closed_twice;
  Tally& tally = tallies_[{.stack = event.stack, .kind = kind}];
  if (tally.count++ > 0) return;
  tally.handle = event.handle;
  if (life == nullptr) return;
  tally.closed_by = life->closed_by;
  tally.opened_by = life->stack;
}

std::vector<report::BadClose> BadCloses::report(CodePaths& paths) const {
  const auto frames = [&](model::StackId stack) {
    return stack.none() ? report::Stack() : paths.frames(stack);
  };
  std::vector<report::BadClose> bad;
  for (const auto& [key, tally] : tallies_) {
    bad.push_back({.kind = key.kind,
                   .handle = tally.handle,
                   .count = tally.count,
                   .sweep = runs_.at(key.stack).longest >= sweep_length,
                   .stack = frames(key.stack),
                   .closed_by = frames(tally.closed_by),
                   .opened_by = frames(tally.opened_by)});
  }
  std::ranges::stable_sort(bad, {}, [](const report::BadClose& b) { return std::pair(b.sweep, ~b.count); });
  return bad;
}

}  // namespace ajar::analyze
