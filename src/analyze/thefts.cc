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
// without a close that failed: a theft after which nobody fails stays untold. Given one, we follow its trail
// back.
//
// Which life of the number was that of the code that failed? The latest that was opened by code for which it
// usually closes; others may have had the number since. Where nothing is known of its usual business it is
// taken to be the latest of all. If it closed that life itself, the failure is its own fault. If another did,
// it was robbed, perhaps. And what had the other to do with the number? Either an earlier life was its own,
// and it closed that: then it is the thief, who kept a number for too long. Or that was taken from it as
// well: then it was robbed itself, and the trail goes on from there.
//
// At its end stands a thief, whom we still believe innocent if
// - it usually closes what that owner opens, or mostly did so without a failure after it;
// - it took as much of this owner as it closed of all others;
// - it is a general helper, which closes for everybody.
// Where the trail ends otherwise, the failure is told as a handle that was closed twice, which it is too,
// with the same stacks.
namespace ajar::analyze {
namespace {

constexpr std::int64_t general = 3;  // openers for whom a helper closes

// The life that the code which failed had meant to close.
std::optional<std::size_t> find_meant(const Surprise& surprise, const Habits& habits) {
  const auto meant = std::ranges::find_if(
      surprise.lives, [&](const PastLife& life) { return habits.usual(life.opener, surprise.closer); });
  if (meant != surprise.lives.end()) return static_cast<std::size_t>(meant - surprise.lives.begin());
  if (surprise.lives.empty() || habits.has_usual(surprise.closer)) return std::nullopt;
  return 0;
}

// The latest life before `stolen` by which the code that closed it had come to the number.
std::optional<std::size_t> find_claim(const Surprise& surprise, std::size_t stolen, const Habits& habits) {
  const PastLife& taken = surprise.lives[stolen];
  for (std::size_t i = stolen + 1; i < surprise.lives.size(); ++i) {
    const PastLife& life = surprise.lives[i];
    if (life.opener == taken.opener) continue;
    if (life.closer == taken.closer || habits.usual(life.opener, taken.closer)) return i;
  }
  return std::nullopt;
}

// Whether it was out of the ordinary for who closed it.
bool is_deviation(const PastLife& stolen, const Habits& habits, const Habits& surprised) {
  const std::int64_t taken = habits.closes(stolen.opener, stolen.closer);
  const bool told = 2 * surprised.closes(stolen.opener, stolen.closer) >= taken;
  const Habits::Others others = habits.others(stolen.opener, stolen.closer);
  return taken > 0 && told && others.closes >= taken && others.served < general;
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

bool Habits::most(const std::string& opener, std::int64_t count) const {
  return 2 * count > by_opener_.at(opener);
}

bool Habits::usual(const std::string& opener, const std::string& closer) const {
  const std::int64_t count = closes(opener, closer);
  return count >= 2 && most(opener, count);
}

bool Habits::has_usual(const std::string& closer) const {
  const auto openers = by_closer_.find(closer);
  return openers != by_closer_.end() && std::ranges::any_of(openers->second, [&](const auto& opener) {
           return opener.second >= 2 && most(opener.first, opener.second);
         });
}

std::string Habits::usual_closer(const std::string& opener) const {
  const auto found =
      std::ranges::find_if(by_closer_, [&](const auto& closer) { return usual(opener, closer.first); });
  return found == by_closer_.end() ? std::string() : found->first;
}

Habits::Others Habits::others(const std::string& opener, const std::string& closer) const {
  Others others;
  const auto openers = by_closer_.find(closer);
  if (openers == by_closer_.end()) return others;
  for (const auto& [other, count] : openers->second) {
    if (other == opener || count <= 0) continue;
    others.closes += count;
    if (most(other, count)) ++others.served;
  }
  return others;
}

Trail follow(const Surprise& surprise, const Habits& habits) {
  Trail trail;
  std::string robbed = surprise.closer;
  std::optional<std::size_t> at = find_meant(surprise, habits);
  while (at.has_value()) {
    const PastLife& life = surprise.lives[*at];
    if (life.closer == robbed || habits.usual(life.opener, life.closer)) break;
    trail.robbed.push_back(*at);
    at = find_claim(surprise, *at, habits);
    if (at.has_value() && surprise.lives[*at].closer == life.closer) {
      trail.owned = at;
      break;
    }
    robbed = life.closer;
  }
  return trail;
}

std::optional<Theft> find_theft(const Surprise& surprise, const Habits& habits, const Habits& surprised) {
  const Trail trail = follow(surprise, habits);
  if (!trail.owned.has_value()) return std::nullopt;
  const Theft theft{
      .stolen = trail.robbed.back(), .owned = *trail.owned, .owner_failed = trail.robbed.size() == 1};
  const PastLife& stolen = surprise.lives[theft.stolen];
  const bool plain = stolen.plain && surprise.lives[theft.owned].plain;
  if (!plain || !is_deviation(stolen, habits, surprised)) return std::nullopt;
  return theft;
}

}  // namespace ajar::analyze
