#include "analyze/thefts.h"

#include <algorithm>

// How a theft is found
//
// Code that closes its handle twice does no harm as long as nobody was given the number in between. If
// somebody was, the second close succeeds, and takes away what is another's. Nothing fails then. It is the
// owner who fails, later: its own close finds nothing open, or closes what a third one has been given
// meanwhile, and so on, until somebody's close fails. So the only certain sign that something is wrong is a
// close that failed, which looks like a fault of whoever made it.
//
// That handles are closed by other code than opened them is the rule and not a sign: pools, event loops,
// owners that free what they were given, one helper that closes everything. Therefore nobody is accused
// without a close that failed: a theft after which nobody fails stays untold. Given one, the question is who
// was wrong: the one that failed, or the one that had closed the number before. It is the latter, the thief,
// if
// - it is other code than the one that failed;
// - it had closed an earlier life of the same number, which other code had opened: so it had the number, and
// may
//   have kept it too long;
// - it does not make a habit of closing what that owner opens: hardly any such close went without a failure
//   after it, and most of what it closes is of others;
// - it is no general helper, which closes for everybody.
// Where one of these is wanting, the failure is told as a handle that was closed twice, which it is too, with
// the same stacks.
//
// The chain. If the one whose close took away the last life was itself the usual closer of the life before,
// and that had been closed by other code, then it was robbed itself, and the theft to tell is the first one.
namespace ajar::analyze {
namespace {

constexpr std::int64_t general = 3;  // openers for whom a helper closes

// Whether the end of the stolen life was out of the ordinary for who ended it.
bool is_deviation(const PastLife& stolen, const Habits& habits, const Habits& surprised) {
  const std::int64_t taken = habits.closes(stolen.opener, stolen.closer);
  const std::int64_t told = surprised.closes(stolen.opener, stolen.closer);
  const Habits::Others others = habits.others(stolen.opener, stolen.closer);
  const bool harmless = 4 * (taken - told) > told;
  return taken > 0 && !harmless && others.closes >= taken && others.openers < general;
}

// The latest earlier life that was the thief's.
std::optional<std::size_t> find_owned(const Surprise& surprise, std::size_t stolen) {
  const PastLife& taken = surprise.lives[stolen];
  for (std::size_t i = stolen + 1; i < surprise.lives.size(); ++i) {
    const PastLife& life = surprise.lives[i];
    if (life.plain && life.closer == taken.closer && life.opener != taken.opener) return i;
  }
  return std::nullopt;
}

}  // namespace

void Habits::add(const std::string& opener, const std::string& closer, std::int64_t number) {
  by_closer_[closer][opener] += number;
  by_opener_[opener] += number;
}

std::int64_t Habits::closes(const std::string& opener, const std::string& closer) const {
  const auto openers = by_closer_.find(closer);
  if (openers == by_closer_.end()) return 0;
  const auto found = openers->second.find(opener);
  return found == openers->second.end() ? 0 : found->second;
}

bool Habits::usual(const std::string& opener, const std::string& closer) const {
  const std::int64_t count = closes(opener, closer);
  return count >= 2 && 2 * count > by_opener_.at(opener);
}

Habits::Others Habits::others(const std::string& opener, const std::string& closer) const {
  Others others;
  const auto openers = by_closer_.find(closer);
  if (openers == by_closer_.end()) return others;
  for (const auto& [other, count] : openers->second) {
    if (other == opener || count <= 0) continue;
    others.closes += count;
    ++others.openers;
  }
  return others;
}

std::size_t chain_length(const Surprise& surprise, const Habits& habits) {
  std::size_t length = std::min<std::size_t>(surprise.lives.size(), 1);
  for (; length > 0 && length < surprise.lives.size(); ++length) {
    const std::string& robbed = surprise.lives[length - 1].closer;
    const PastLife& before = surprise.lives[length];
    if (before.closer == robbed || !habits.usual(before.opener, robbed)) break;
  }
  return length;
}

std::optional<Theft> find_theft(const Surprise& surprise, const Habits& habits, const Habits& surprised) {
  for (std::size_t stolen = chain_length(surprise, habits); stolen-- > 0;) {
    const PastLife& life = surprise.lives[stolen];
    const std::string& robbed = stolen == 0 ? surprise.closer : surprise.lives[stolen - 1].closer;
    if (!life.plain || life.closer == robbed || !is_deviation(life, habits, surprised)) continue;
    if (const auto owned = find_owned(surprise, stolen)) return Theft{.stolen = stolen, .owned = *owned};
  }
  return std::nullopt;
}

}  // namespace ajar::analyze
