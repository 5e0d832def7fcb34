#include "analyze/told_bad_closes.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "analyze/accusations.h"

namespace ajar::analyze {
namespace {

using Kind = report::BadClose::Kind;

// What the bad closes of one process are.
class Teller {
 public:
  Teller(const BadCloses& bad_closes, const StackTable& stats, CodePaths& paths)
      : bad_closes_(bad_closes), paths_(paths), accusations_(bad_closes, stats, paths) {}

  std::vector<report::BadClose> tell() {
    for (const auto& [bad, tally] : bad_closes_.tallies()) {
      if (accusations_.is_systems_own(bad.stack)) continue;
      if (!tell_theft(bad, tally)) tell_own_fault(bad, tally);
    }
    return sorted();
  }

 private:
  // Equal for what is told as one.
  struct Told {
    Kind kind{};
    model::StackId stack, opened_by;  // the latter only where the owner is told apart from the stack

    auto operator<=>(const Told&) const = default;
  };

  bool tell_theft(const BadClose& bad, const BadCloses::Tally& tally) {
    const std::optional<Theft> theft = accusations_.theft_behind(bad);
    if (!theft.has_value()) return false;
    const BadClose::Life& stolen = bad.lives[theft->stolen];
    const Told key{.kind = Kind::closes_anothers, .stack = stolen.closed_by, .opened_by = stolen.opened_by};
    report::BadClose& told = add(key, tally);
    const bool first = told.count == tally.count;
    if (first || theft->owner_failed) told.noticed_by = frames(bad.stack);
    if (!first) return true;
    told.closed_by = frames(bad.lives[theft->owned].closed_by);
    told.opened_by = frames(stolen.opened_by);
    return true;
  }

  void tell_own_fault(const BadClose& bad, const BadCloses::Tally& tally) {
    const Kind kind = bad.lives.empty() ? Kind::not_open : Kind::closed_twice;
    report::BadClose& told = add({.kind = kind, .stack = bad.stack, .opened_by = {}}, tally);
    if (told.count > tally.count) return;
    told.sweep = bad_closes_.sweeps().has(bad.stack);
    told.noise = accusations_.is_noise(bad.stack);
    if (bad.lives.empty()) return;
    told.closed_by = frames(bad.lives[0].closed_by);
    told.opened_by = frames(bad.lives[0].opened_by);
  }

  report::BadClose& add(const Told& key, const BadCloses::Tally& tally) {
    const auto [at, is_new] = told_.try_emplace(key);
    report::BadClose& told = at->second;
    if (is_new) {
      told.kind = key.kind;
      told.handle = tally.handle;
      told.count = 0;
      told.stack = frames(key.stack);
    }
    told.count += tally.count;
    return told;
  }

  report::Stack frames(model::StackId stack) { return stack.none() ? report::Stack() : paths_.frames(stack); }

  std::vector<report::BadClose> sorted() {
    std::vector<report::BadClose> all;
    for (auto& [key, told] : told_) all.push_back(std::move(told));
    std::ranges::stable_sort(all, {}, [](const report::BadClose& bad) {
      return std::tuple(bad.noise, bad.kind != Kind::closes_anothers, ~bad.count);
    });
    return all;
  }

  const BadCloses& bad_closes_;
  CodePaths& paths_;
  Accusations accusations_;
  std::map<Told, report::BadClose> told_;
};

}  // namespace

std::vector<report::BadClose> tell(const BadCloses& bad_closes, const StackTable& stats, CodePaths& paths) {
  return Teller(bad_closes, stats, paths).tell();
}

}  // namespace ajar::analyze
