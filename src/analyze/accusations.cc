#include "analyze/accusations.h"

#include <algorithm>
#include <string_view>

#include "base/shells.h"

namespace ajar::analyze {
namespace {

std::string name_of(const CodePath& path) {
  if (!path.culprit.has_value() || path.culprit->function.empty()) return path.up_to_culprit;
  return path.culprit->module + "!" + path.culprit->function;
}

// glibc's syslog finds by such a failure that its socket was closed for it, and opens another one.
bool is_log(const report::Frame& frame) {
  constexpr std::string_view functions[] = {"syslog", "vsyslog", "__syslog_chk", "__vsyslog_chk"};
  return frame.system && std::ranges::find(functions, frame.function) != std::end(functions);
}

}  // namespace

const std::string& Codes::of(model::StackId stack) {
  const auto [at, is_new] = codes_.try_emplace(stack);
  if (is_new) at->second = name_of(paths_.of(stack));
  return at->second;
}

// Shells arrange numbers for others, and close one to be sure that it is closed; that it was not open is no
// bug of theirs.
bool Accusations::is_shells(model::StackId stack) {
  const std::optional<report::Culprit> culprit = paths_.of(stack).culprit;
  return culprit.has_value() && base::is_shell(culprit->module);
}

bool Accusations::is_harmless(model::StackId stack, bool is_use) {
  if ((!is_use && is_sweep(stack)) || is_shells(stack)) return true;
  return std::ranges::any_of(paths_.frames(stack), is_log);
}

bool Accusations::is_systems_own(model::StackId stack) {
  return std::ranges::all_of(paths_.frames(stack), [](const report::Frame& frame) { return frame.system; });
}

Surprise Accusations::surprise_of(const BadClose& bad) {
  Surprise surprise{.closer = codes_.of(bad.stack), .lives = {}};
  for (const BadClose::Life& life : bad.lives) {
    surprise.lives.push_back(
        {.opener = codes_.of(life.opened_by), .closer = codes_.of(life.closed_by), .plain = life.plain});
  }
  return surprise;
}

const Habits& Accusations::habits() {
  if (habits_.has_value()) return *habits_;
  habits_.emplace();
  for (const auto& [key, of_stack] : stats_) {
    for (const Closers::Entry& closer : of_stack.closers.entries()) {
      habits_->add(codes_.of(key.stack), codes_.of(closer.stack), closer.count);
    }
  }
  return *habits_;
}

void Accusations::learn_surprised() {
  surprised_.emplace();
  for (const auto& [bad, tally] : bad_closes_.tallies()) {
    if (bad.is_use) continue;
    const Surprise surprise = surprise_of(bad);
    for (const std::size_t robbed : follow(surprise, habits()).robbed) {
      const PastLife& life = surprise.lives[robbed];
      surprised_->add(life.opener, life.closer, static_cast<std::int64_t>(tally.count));
    }
  }
}

std::optional<Theft> Accusations::theft_behind(const BadClose& bad) {
  if (!may_come_of_theft(bad)) return std::nullopt;
  if (!surprised_.has_value()) learn_surprised();
  std::optional<Theft> theft = find_theft(surprise_of(bad), habits(), *surprised_);
  if (theft.has_value() && is_noise(bad.lives[theft->stolen].closed_by)) return std::nullopt;
  return theft;
}

}  // namespace ajar::analyze
