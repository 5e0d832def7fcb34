#include "capture/preload/no_agent.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "capture/preload/environment.h"
#include "capture/preload/host_pid.h"
#include "capture/program.h"
#include "platform/read_file.h"
#include "wire/wire.h"

namespace ajar::capture::preload {
namespace {

void see_environment(const platform::ProcFs& proc, std::int64_t pid, Seen& seen) {
  const auto text = platform::read_file(proc.path(pid, "environ"));
  if (!text) return;
  seen.environment = agent_in(*text);
  seen.without_environment = text->empty();
}

std::string obstacle_in_program(const std::string& path) {
  const Program program = inspect_program(path);
  switch (program.kind) {
    case Program::Kind::static_program:
    case Program::Kind::other_bits:
    case Program::Kind::privileged:
      return program.reason;
    default:
      return {};  // it was executed, whatever the file is by now
  }
}

std::string obstacle_in_environment(unsigned environment) {
  const std::string start = "it was started with an environment without ";
  if ((environment & AJAR_ENVIRONMENT_AGENT) == 0) return start + "ajar's agent in LD_PRELOAD";
  if ((environment & AJAR_ENVIRONMENT_SESSION) == 0) return start + "AJAR_SESSION";
  return {};
}

std::string obstacle_in_user(std::uint32_t user, const Session& session) {
  if (user == 0 || user == session.user) return {};
  return "it runs as another user (uid " + std::to_string(user) + "), who may not write into ajar's session";
}

std::string obstacle_in_refusal(const Told& told, const Session& session) {
  switch (*told.refused) {
    case EFBIG:
      return "its limit on the size of files (ulimit -f) is below what the agent needs of shared memory";
    case ENOSPC:
      return "/dev/shm is full";
    case EACCES:
      if (std::string who = obstacle_in_user(told.user, session); !who.empty()) return who;
      [[fallthrough]];
    default:
      return "the agent could make no shared memory: " + std::generic_category().message(*told.refused);
  }
}

// What keeps the agent out of a program that was executed.
std::string obstacle_to_program(const Told& told, const std::optional<Seen>& seen, const Session& session) {
  const bool visible = seen && !seen->path.empty();
  const std::string& file = visible ? seen->link : told.path;
  if (std::string found = file.empty() ? std::string() : obstacle_in_program(file); !found.empty())
    return found;
  std::optional<unsigned> environment = seen ? seen->environment : std::nullopt;
  const bool is_known = environment && !seen->without_environment;
  if (!is_known && told.executes) environment = told.environment;
  if (environment) {
    if (std::string found = obstacle_in_environment(*environment); !found.empty()) return found;
  }
  std::string other_user = seen ? obstacle_in_user(seen->user, session) : std::string();
  if (other_user.empty()) other_user = obstacle_in_user(told.user, session);
  return other_user;
}

}  // namespace

Session session_in(const std::string& folder) {
  const auto self = platform::ProcFs().process(::getpid());
  return {.folder = folder, .user = ::geteuid(), .filters = self ? self->filters : 0};
}

std::optional<Seen> see(const platform::ProcFs& proc, std::int64_t pid, std::uint64_t start_ticks,
                        const Session& session) {
  const auto process = proc.process(pid);
  if (!process || process->ended()) return std::nullopt;
  if (start_ticks != 0 && process->start_ticks != start_ticks) return std::nullopt;
  Seen seen;
  seen.start_ticks = process->start_ticks;
  seen.user = process->user;
  seen.filters = process->filters;
  seen.has_segment = maps_session(proc, pid, session.folder);
  seen.path = proc.executable(pid).value_or("");
  seen.link = proc.path(pid, "exe");
  see_environment(proc, pid, seen);
  return seen;
}

std::string obstacle(const Told& told, const std::optional<Seen>& seen, const Session& session) {
  if (told.refused) return obstacle_in_refusal(told, session);
  const bool executed = seen ? !seen->has_segment : told.executes;
  std::string found = executed ? obstacle_to_program(told, seen, session) : std::string();
  if (!found.empty()) return found;
  if (told.sandboxed || (seen && seen->filters > session.filters)) {
    return "its system calls were filtered (seccomp) before the agent got in, which makes none then";
  }
  return {};
}

}  // namespace ajar::capture::preload
