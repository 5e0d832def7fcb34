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
  // Equal for what is told as one: along whatever way the code was reached.
  struct Told {
    Kind kind{};
    bool is_use = false, sweep = false;
    std::string code;     // as CodePath::up_to_culprit
    std::string owner{};  // the same, where the owner is told apart from the code

    auto operator<=>(const Told&) const = default;
  };

  bool tell_theft(const BadClose& bad, const BadCloses::Tally& tally) {
    const std::optional<Theft> theft = accusations_.theft_behind(bad);
    if (!theft.has_value()) return false;
    const BadClose::Life& stolen = bad.lives[theft->stolen];
    const Told key{.kind = Kind::closes_anothers,
                   .code = paths_.of(stolen.closed_by).up_to_culprit,
                   .owner = paths_.of(stolen.opened_by).up_to_culprit};
    report::BadClose& told = add(key, stolen.closed_by, tally);
    const bool first = told.count == tally.count;
    if (first || theft->owner_failed) told.noticed_by = frames(bad.stack);
    if (!first) return true;
    told.closed_by = frames(bad.lives[theft->owned].closed_by);
    told.opened_by = frames(stolen.opened_by);
    return true;
  }

  void tell_own_fault(const BadClose& bad, const BadCloses::Tally& tally) {
    const Kind kind = bad.lives.empty() ? Kind::not_open : Kind::closed_twice;
    const Told key{.kind = kind,
                   .is_use = bad.is_use,
                   .sweep = !bad.is_use && accusations_.is_sweep(bad.stack),
                   .code = paths_.of(bad.stack).up_to_culprit};
    report::BadClose& told = add(key, bad.stack, tally);
    if (told.count > tally.count) return;
    told.noise = accusations_.is_harmless(bad.stack, bad.is_use);
    if (bad.lives.empty()) return;
    told.closed_by = frames(bad.lives[0].closed_by);
    told.opened_by = frames(bad.lives[0].opened_by);
  }

  report::BadClose& add(const Told& key, model::StackId stack, const BadCloses::Tally& tally) {
    const auto [at, is_new] = told_.try_emplace(key);
    report::BadClose& told = at->second;
    if (is_new) {
      told.kind = key.kind;
      told.is_use = key.is_use;
      told.sweep = key.sweep;
      told.handle = tally.handle;
      told.count = 0;
      told.stack = frames(stack);
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
