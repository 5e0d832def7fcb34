#include "cli/find_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/number.h"
#include "base/path.h"
#include "cli/values.h"
#include "control/folders.h"
#include "platform/known_process.h"
#include "render/escape.h"
#include "session/live_tables.h"

namespace ajar::cli {
namespace {

using State = control::Session::State;

// What the operand may mean: processes, and the name of a program.
struct Wanted {
  std::vector<std::int64_t> pids;
  std::string name;  // empty: the operand is a number
};

// A process that ended, or the same one still; not another one that got its number.
bool is_recorded(const control::Recorded& recorded, std::int64_t pid) {
  if (recorded.pid != pid) return false;
  const auto now = platform::known_process(pid);
  return !now || recorded.start_ticks == 0 || now->start_ticks == recorded.start_ticks;
}

bool records(const control::Session& session, const Wanted& wanted) {
  const bool any = std::ranges::any_of(wanted.pids, [&](std::int64_t pid) {
    if (pid == session.about.ajar && session.state != State::ended) return true;
    return std::ranges::any_of(session.about.processes,
                               [&](const control::Recorded& recorded) { return is_recorded(recorded, pid); });
  });
  const std::string& program = session.about.program;
  const bool is_called_so = program == wanted.name || base::program_name(program) == wanted.name;
  return any || (session.state == State::ended && !wanted.name.empty() && is_called_so);
}

// What sessions say may be another user's words: root asks everybody's.
Failure why_not(const control::Session& session, const std::string& operand, const Advice& advice) {
  if (session.state == State::ended) {
    return Failure{fmt::format("the session that recorded {} has ended; its recording can be asked: {}{}{}",
                               operand, advice.before, render::escaped(for_shell(session.about.recording)),
                               advice.after)};
  }
  return Failure{fmt::format("{} is recorded, but {}", operand, render::escaped(session.words))};
}

Failure nobody_records(std::int64_t pid, const std::string& operand) {
  const auto info = platform::known_process(pid);
  if (!info) return Failure{fmt::format("there is no process {}, and no session that recorded one", operand)};
  const std::string who = fmt::format("{} ({})", pid, info->name);
  const bool asks_everybody = control::may_ask_everybody();
  if (!asks_everybody && !info->other_user.empty()) {
    return Failure{fmt::format("{} is {}'s, and so is a session that records it: ask as that user, or as {}",
                               who, info->other_user, platform::privileged_user())};
  }
  const bool may_be_others = !asks_everybody && control::others_have_sessions();
  return Failure{
      fmt::format("no session {}records {}; start one with: ajar attach {}, or ajar run -- PROGRAM",
                  may_be_others ? "of yours " : "", who, pid) +
      (may_be_others ? fmt::format("; a session of another user answers only that user and {}",
                                   platform::privileged_user())
                     : "")};
}

Failure several(const std::vector<control::Session>& sessions, const std::string& operand) {
  std::string message =
      fmt::format("'{}' is in {} sessions; name a process of one by its number:", operand, sessions.size());
  for (const control::Session& session : sessions) {
    const auto& processes = session.about.processes;
    message += fmt::format("\n  {}  {}", processes.empty() ? session.about.ajar : processes.front().pid,
                           render::escaped(session.about.program));
  }
  return Failure{message};
}

std::expected<Wanted, Failure> wanted_by(const std::string& operand) {
  const auto pids = session::find_processes(operand);
  if (!pids.ok()) return std::unexpected(Failure{pids.error().message()});
  return Wanted{.pids = pids.value(), .name = base::parse_number(operand) ? "" : operand};
}

}  // namespace

std::expected<control::Session, Failure> find_session(const std::string& operand, const Advice& advice) {
  const auto wanted = wanted_by(operand);
  if (!wanted) return std::unexpected(wanted.error());
  std::vector<control::Session> sessions = control::find_sessions();
  std::erase_if(sessions, [&](const control::Session& session) { return !records(session, *wanted); });
  std::vector<control::Session> living;
  std::ranges::copy_if(sessions, std::back_inserter(living),
                       [](const control::Session& session) { return session.state != State::ended; });
  if (living.size() > 1) return std::unexpected(several(living, operand));
  if (living.size() == 1) {
    if (living.front().state == State::answers) return living.front();
    return std::unexpected(why_not(living.front(), operand, advice));
  }
  const auto latest = std::ranges::max_element(sessions, {}, &control::Session::wrote);
  if (latest != sessions.end()) return std::unexpected(why_not(*latest, operand, advice));
  if (wanted->pids.empty()) {
    return std::unexpected(Failure{
        fmt::format("no process matches '{}', and no session recorded a program of that name", operand)});
  }
  return std::unexpected(nobody_records(wanted->pids.front(), operand));
}

std::optional<control::Session> session_that_records(std::int64_t pid) {
  for (control::Session& session : control::find_sessions()) {
    const auto is_it = [&](const control::Recorded& recorded) { return is_recorded(recorded, pid); };
    if (session.state == State::answers && std::ranges::any_of(session.about.processes, is_it))
      return std::move(session);
  }
  return std::nullopt;
}

}  // namespace ajar::cli
