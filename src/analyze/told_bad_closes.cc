#include "analyze/told_bad_closes.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "analyze/shells.h"
#include "analyze/thefts.h"

namespace ajar::analyze {
namespace {

using Kind = report::BadClose::Kind;

// The codes of stacks, each made once.
class Codes {
 public:
  explicit Codes(CodePaths& paths) : paths_(paths) {}

  const std::string& of(model::StackId stack) {
    const auto [at, is_new] = codes_.try_emplace(stack);
    if (is_new) at->second = name(paths_.of(stack));
    return at->second;
  }

 private:
  static std::string name(const CodePath& path) {
    if (!path.culprit.has_value() || path.culprit->function.empty()) return path.up_to_culprit;
    return path.culprit->module + "!" + path.culprit->function;
  }

  CodePaths& paths_;
  std::map<model::StackId, std::string> codes_;
};

Surprise surprise_of(const BadClose& bad, Codes& codes) {
  Surprise surprise{.closer = codes.of(bad.stack), .lives = {}};
  for (const BadClose::Life& life : bad.lives) {
    surprise.lives.push_back(
        {.opener = codes.of(life.opened_by), .closer = codes.of(life.closed_by), .plain = life.plain});
  }
  return surprise;
}

Habits habits_of(const StackTable& stats, Codes& codes) {
  Habits habits;
  for (const auto& [key, of_stack] : stats) {
    for (const Closers::Entry& closer : of_stack.closers.entries()) {
      habits.add(codes.of(key.stack), codes.of(closer.stack), closer.count);
    }
  }
  return habits;
}

// What the bad closes of one process are.
class Teller {
 public:
  Teller(const BadCloses& bad_closes, const StackTable& stats, CodePaths& paths)
      : bad_closes_(bad_closes), stats_(stats), paths_(paths), codes_(paths) {}

  std::vector<report::BadClose> tell() {
    const bool may_be_theft = std::ranges::any_of(
        bad_closes_.tallies(), [&](const auto& tally) { return may_come_of_theft(tally.first); });
    if (may_be_theft) learn();
    for (const auto& [bad, tally] : bad_closes_.tallies()) {
      if (!may_come_of_theft(bad) || !tell_theft(bad, tally)) tell_own_fault(bad, tally);
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

  bool is_noise(model::StackId stack) {
    if (bad_closes_.sweeps().has(stack)) return true;
    const std::optional<report::Culprit> culprit = paths_.of(stack).culprit;
    return culprit.has_value() && is_shell(culprit->module);
  }

  bool may_come_of_theft(const BadClose& bad) { return bad.lives.size() >= 2 && !is_noise(bad.stack); }

  void learn() {
    habits_ = habits_of(stats_, codes_);
    for (const auto& [bad, tally] : bad_closes_.tallies()) {
      const Surprise surprise = surprise_of(bad, codes_);
      for (const std::size_t robbed : follow(surprise, habits_).robbed) {
        const PastLife& life = surprise.lives[robbed];
        surprised_.add(life.opener, life.closer, static_cast<std::int64_t>(tally.count));
      }
    }
  }

  bool tell_theft(const BadClose& bad, const BadCloses::Tally& tally) {
    const std::optional<Theft> theft = find_theft(surprise_of(bad, codes_), habits_, surprised_);
    if (!theft.has_value()) return false;
    const BadClose::Life& stolen = bad.lives[theft->stolen];
    if (is_noise(stolen.closed_by)) return false;
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
    told.noise = is_noise(bad.stack);
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
  const StackTable& stats_;
  CodePaths& paths_;
  Codes codes_;
  Habits habits_, surprised_;
  std::map<Told, report::BadClose> told_;
};

}  // namespace

std::vector<report::BadClose> tell(const BadCloses& bad_closes, const StackTable& stats, CodePaths& paths) {
  return Teller(bad_closes, stats, paths).tell();
}

}  // namespace ajar::analyze
