#include <sys/resource.h>
#include <sys/wait.h>

#include <cerrno>

#include "platform/spawn.h"

namespace ajar::platform {
namespace {

std::chrono::microseconds duration(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

Ended ended(int status, const rusage& usage) {
  Ended end;
  if (WIFEXITED(status)) end.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) {
    end.killed_by_signal = WTERMSIG(status);
    end.core_dumped = WCOREDUMP(status);
  }
  end.user_time = duration(usage.ru_utime);
  end.system_time = duration(usage.ru_stime);
  end.most_resident_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  return end;
}

}  // namespace

base::Result<std::optional<Ended>> Child::collect(int options) {
  int status = 0;
  rusage usage{};
  pid_t got = 0;
  do {
    got = ::wait4(static_cast<pid_t>(pid_), &status, options, &usage);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return base::system_error("waiting for process " + std::to_string(pid_), errno);
  if (got == 0) return std::optional<Ended>();
  return std::optional(ended(status, usage));
}

base::Result<Ended> Child::wait() {
  auto end = collect(0);
  if (!end.ok()) return std::move(end).error();
  return end.value().value();
}

base::Result<std::optional<Ended>> Child::poll() {
  return collect(WNOHANG);
}

bool Child::has_ended() const {
  siginfo_t info{};
  const int options = WEXITED | WNOWAIT | WNOHANG;
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, options) == 0 && info.si_pid != 0;
}

}  // namespace ajar::platform
