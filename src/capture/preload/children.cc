#include "capture/preload/children.h"

#include <algorithm>

namespace ajar::capture::preload {
namespace {

using Kind = Announcement::Kind;
using std::chrono::milliseconds;

// Most report in within some milliseconds.
constexpr milliseconds kFirstLook{20};
constexpr milliseconds kLongestPause{500};

std::string reason_at_the_end(const Told& told, const std::optional<Seen>& seen, bool borrows_memory) {
  const bool executed = seen ? !seen->has_segment : told.executes;
  if (seen)
    return executed ? "the agent in it has not reported in" : "it has made no call yet that ajar sees";
  if (executed) return "it ended before the agent in it could report in";
  return borrows_memory ? "it borrowed its parent's memory (vfork) to its end and became no other program"
                        : "it ended before it had made a call that ajar sees";
}

// 0 where it is not to be found (any more).
std::int64_t host_pid(std::int64_t own_pid, bool itself, const Announcer& by, const platform::ProcFs& proc) {
  if (itself) return by.pid;
  if (by.pid == by.own_pid) return own_pid;
  for (const std::int64_t pid : proc.pids_of_inner_namespaces()) {
    const auto process = proc.process(pid);
    const bool inside = process && process->namespace_pids.size() > 1;
    if (inside && process->namespace_pids.back() == own_pid) return pid;
  }
  return 0;
}

}  // namespace

Children::Awaited* Children::find(std::int64_t pid) {
  if (pid == 0) return nullptr;
  const auto found = std::ranges::find(awaited_, pid, &Awaited::pid);
  return found == awaited_.end() ? nullptr : &*found;
}

// nullptr for one that has reported in already.
Children::Awaited* Children::await(const Announcement& said, const Announcer& by) {
  const auto last = last_report_.find(said.pid);
  if (last != last_report_.end() && last->second >= said.time) return nullptr;
  if (Awaited* known = find(said.pid)) return known;
  Awaited awaited;
  awaited.pid = said.pid;
  awaited.by = by;
  awaited.itself = said.pid == by.own_pid;
  awaited.since = said.time;
  awaited.pause = kFirstLook;
  awaited.next_look = Clock::now() + kFirstLook;
  return &awaited_.emplace_back(std::move(awaited));
}

Untraced Children::untraced_of(const Awaited& awaited) {
  Untraced untraced;
  untraced.own_pid = awaited.pid;
  untraced.announcer = awaited.by;
  untraced.itself = awaited.itself;
  untraced.since = awaited.since;
  return untraced;
}

void Children::hear(const Announcement& said, const Announcer& by) {
  if (said.kind == Kind::exec_failed) {
    Awaited* known = find(said.pid);
    if (known == nullptr) return;
    known->told.executes = false;
    if (known->itself) std::erase_if(awaited_, [&](const Awaited& a) { return a.pid == said.pid; });
    return;
  }
  Awaited* awaited = await(said, by);
  if (awaited == nullptr) return;
  Told& told = awaited->told;
  told.user = said.user;
  told.sandboxed = told.sandboxed || said.sandboxed;
  switch (said.kind) {
    case Kind::vforked:
      awaited->borrows_memory = true;
      break;
    case Kind::executes:
    case Kind::spawned:
      told.executes = true;
      told.path = said.path;
      told.environment = said.environment;
      if (awaited->itself) awaited->since = said.time;
      break;
    case Kind::refused:
      told.refused = said.error;
      break;
    default:
      break;
  }
}

void Children::look_for_strangers(const platform::ProcFs& proc, const std::vector<Announcer>& parents) {
  for (const std::int64_t pid : proc.pids()) {
    const auto parent = std::ranges::find(parents, proc.parent(pid).value_or(0), &Announcer::pid);
    if (parent == parents.end() || left_out_.contains(pid)) continue;
    const auto process = proc.process(pid);
    if (!process || process->ended() || process->namespace_pids.empty()) continue;
    Announcement noticed;
    noticed.pid = process->namespace_pids.back();
    noticed.user = session_.user;
    await(noticed, *parent);
  }
}

void Children::reported_in(std::int64_t own_pid, std::int64_t pid, std::uint64_t created) {
  // Its parent may have called it by either.
  for (const std::int64_t number : {own_pid, pid}) {
    std::uint64_t& last = last_report_[number];
    last = std::max(last, created);
    std::erase_if(awaited_, [&](const Awaited& a) { return a.pid == number && created >= a.since; });
  }
}

bool Children::give_up(const Untraced& untraced) {
  if (untraced.own_pid != 0) {  // whatever else is said of it is no news
    std::uint64_t& last = last_report_[untraced.own_pid];
    last = std::max(last, untraced.since);
  }
  return std::erase_if(awaited_, [&](const Awaited& a) {
           return a.pid == untraced.own_pid && a.since == untraced.since &&
                  a.by.pid == untraced.announcer.pid;
         }) > 0;
}

std::vector<Untraced> Children::look(const platform::ProcFs& proc, bool at_end) {
  std::vector<Untraced> found;
  if (awaited_.empty()) return found;
  const Clock::time_point now = Clock::now();
  for (Awaited& awaited : awaited_) {
    if (!at_end && now < awaited.next_look) continue;
    awaited.pause = std::min<Clock::duration>(awaited.pause * 2, kLongestPause);
    awaited.next_look = now + awaited.pause;
    auto untraced = awaited.pid == 0 ? judge_unnumbered(awaited, proc) : judge(awaited, proc, at_end);
    awaited.over = awaited.pid == 0 && !untraced;
    if (untraced) found.push_back(*std::move(untraced));
  }
  std::erase_if(awaited_, &Awaited::over);
  return found;
}

// One that the C library made for itself: its program and environment are all that can be judged. Where
// nothing speaks against it, it reports in under a number of its own.
std::optional<Untraced> Children::judge_unnumbered(const Awaited& awaited,
                                                   const platform::ProcFs& proc) const {
  Untraced untraced = untraced_of(awaited);
  untraced.reason = obstacle(awaited.told, std::nullopt, session_);
  if (untraced.reason.empty()) return std::nullopt;
  untraced.pid = unnumbered_child(awaited.by.pid, proc);
  const auto seen = untraced.pid == 0 ? std::nullopt : see(proc, untraced.pid, 0, session_);
  if (seen) untraced.start_ticks = seen->start_ticks;
  untraced.executed = true;
  untraced.ended = !seen;
  untraced.path = awaited.told.path;
  return untraced;
}

// A child that nobody else has spoken of.
std::int64_t Children::unnumbered_child(std::int64_t parent, const platform::ProcFs& proc) const {
  for (const std::int64_t child : proc.children(parent)) {
    const bool known = last_report_.contains(child) || left_out_.contains(child) ||
                       std::ranges::find(awaited_, child, &Awaited::pid) != awaited_.end();
    const auto seen = known ? std::nullopt : see(proc, child, 0, session_);
    if (seen && !seen->has_segment) return child;
  }
  return 0;
}

std::optional<Untraced> Children::judge(Awaited& awaited, const platform::ProcFs& proc, bool at_end) const {
  Untraced untraced = untraced_of(awaited);
  untraced.pid = host_pid(awaited.pid, awaited.itself, awaited.by, proc);
  std::optional<Seen> seen;
  if (untraced.pid != 0) seen = see(proc, untraced.pid, awaited.start_ticks, session_);
  if (seen) awaited.start_ticks = seen->start_ticks;
  if (awaited.itself && seen && seen->has_segment) return std::nullopt;  // it has not become it yet
  untraced.reason = obstacle(awaited.told, seen, session_);
  if (untraced.reason.empty() && seen && !at_end) return std::nullopt;
  if (untraced.reason.empty())
    untraced.reason = reason_at_the_end(awaited.told, seen, awaited.borrows_memory);
  untraced.start_ticks = awaited.start_ticks;
  untraced.executed = seen ? !seen->has_segment : awaited.told.executes;
  untraced.ended = !seen;
  if (untraced.executed) untraced.path = seen && !seen->path.empty() ? seen->path : awaited.told.path;
  return untraced;
}

}  // namespace ajar::capture::preload
